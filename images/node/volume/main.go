// Command volume makes or removes the folder of a local volume on a node. It
// is what local-path-provisioner calls in its helper pod, with the flags that
// version 0.0.30 gives (createHelperPod in its provisioner.go).
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	path := flag.String("p", "", "the volume's folder")
	flag.Int64("s", 0, "its size in bytes, which nobody enforces")
	flag.String("m", "", "Filesystem or Block")
	action := flag.String("a", "", "create or delete")
	flag.Parse()
	if err := run(*action, *path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(action, path string) error {
	switch action {
	case "create":
		if err := os.MkdirAll(path, 0o777); err != nil {
			return err
		}
		// Whoever the pod runs as; MkdirAll's mode is cut by the umask.
		return os.Chmod(path, 0o777)
	case "delete":
		return os.RemoveAll(path)
	}
	return fmt.Errorf("action %q of volume %s: wanted create or delete", action, path)
}
