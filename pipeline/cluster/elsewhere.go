package cluster

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"k8s.io/client-go/tools/clientcmd"

	"firedrill/pipeline/command"
)

// Elsewhere tells whether the engine is a Docker on another machine, or in another
// container: to it, paths and the loopback address of this one mean nothing.
func (e Engine) Elsewhere() bool {
	scheme, _, _ := strings.Cut(os.Getenv("DOCKER_HOST"), "://")
	return e.Name == "docker" && (scheme == "tcp" || scheme == "ssh")
}

// handOver gives the engine the folder of the API server's files, and says where
// it has it. A Docker elsewhere gets a copy, in a volume of the run's name.
func (e engine) handOver(ctx context.Context, cfg Config) (dir string, err error) {
	if !e.Elsewhere() {
		return cfg.APIServer, nil
	}
	if _, err := e.run(ctx, "volume", "create", "--label", cfg.Label+"="+cfg.Name, cfg.Name); err != nil {
		return "", fmt.Errorf("make a volume for the API server's files: %w", err)
	}
	err = e.feed(ctx, func(w io.Writer) error {
		archive := tar.NewWriter(w)
		return errors.Join(archive.AddFS(os.DirFS(cfg.APIServer)), archive.Close())
	}, "run", "--rm", "--interactive", "--volume", cfg.Name+":/files", "--entrypoint", "tar", cfg.Image.Name,
		"--extract", "--no-same-owner", "--directory=/files")
	if err != nil {
		return "", fmt.Errorf("copy the API server's files into volume %s: %w", cfg.Name, err)
	}
	return e.run(ctx, "volume", "inspect", "--format", "{{.Mountpoint}}", cfg.Name)
}

// carry joins standard input and output with the API server's port, until either
// side ends. A background job of the shell has no input but what it is given.
const carry = `exec 3<>/dev/tcp/127.0.0.1/6443 4<&0 || exit; cat <&4 >&3 & cat <&3 & wait -n; kill $(jobs -p)`

// Reach has the API server of a cluster on a Docker elsewhere answer at the
// address that its kubeconfig names, which is that Docker's loopback, until ctx
// ends: each connection is carried by an exec in the node, so that nothing but
// Docker itself must be reached.
func Reach(ctx context.Context, runner command.Runner, eng Engine, name, kubeconfig string) error {
	if !eng.Elsewhere() {
		return nil
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return fmt.Errorf("read the run's kubeconfig: %w", err)
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", strings.TrimPrefix(config.Host, "https://"))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil // by another command on this cluster, or by a Docker that is here after all
	}
	if err != nil {
		return fmt.Errorf("reach the API server of cluster %s through %s: %w", name, os.Getenv("DOCKER_HOST"), err)
	}
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	e := engine{Engine: eng, runner: runner}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go e.carry(ctx, name+"-control-plane", connection)
		}
	}()
	return nil
}

// carry hands the connection itself to the command: who has asked sees it end
// when the command does.
func (e engine) carry(ctx context.Context, node string, connection net.Conn) {
	file, err := connection.(*net.TCPConn).File()
	_ = connection.Close()
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	_, _ = e.runner.Run(ctx, command.Command{
		Argv: []string{e.Name, "exec", "--interactive", node, "bash", "-c", carry}, Env: e.Env, Stdin: file, Stdout: file, Bound: true,
	})
}
