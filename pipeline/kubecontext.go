package pipeline

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// inContext lets work use a kubeconfig that has that one context of the user's
// own: of the file path or, when that is "", of $KUBECONFIG or the standard file.
// Others that are current there are then out of reach.
func inContext(path, name string, work func(kubeconfig string) error) (err error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = path
	all, err := rules.Load()
	if err != nil {
		return fmt.Errorf("read the kubeconfig: %w", err)
	}
	if _, there := all.Contexts[name]; !there {
		return fmt.Errorf("the kubeconfig (%s) has no context %q; it has: %s", strings.Join(rules.GetLoadingPrecedence(), ", "),
			name, strings.Join(slices.Sorted(maps.Keys(all.Contexts)), ", "))
	}
	all.CurrentContext = name
	if err := clientcmdapi.MinifyConfig(all); err != nil {
		return fmt.Errorf("context %s of the kubeconfig: %w", name, err)
	}
	if err := clientcmdapi.FlattenConfig(all); err != nil {
		return fmt.Errorf("context %s of the kubeconfig: %w", name, err)
	}
	dir, err := os.MkdirTemp("", "firedrill-context-")
	if err != nil {
		return fmt.Errorf("make room for a kubeconfig: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "kubeconfig")
	if err := clientcmd.WriteToFile(*all, file); err != nil {
		return fmt.Errorf("write a kubeconfig of context %s: %w", name, err)
	}
	return work(file)
}
