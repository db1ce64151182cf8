package cluster

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
)

var docker = Engine{Name: "docker"}

func TestElsewhere(t *testing.T) {
	for host, want := range map[string]bool{
		"": false, "unix:///var/run/docker.sock": false, "tcp://docker:2375": true, "ssh://me@build": true,
	} {
		t.Setenv("DOCKER_HOST", host)
		require.Equal(t, want, docker.Elsewhere(), host)
		require.False(t, podman.Elsewhere(), "DOCKER_HOST is Docker's")
	}
}

func TestADockerElsewhereGetsACopyOfTheFiles(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "encryption.yaml"), []byte("key"), 0o600))
	f := &fakeEngine{answers: map[string]string{"volume inspect": "/docker/volumes/run/_data\n"}}
	cfg := Config{Name: "run", Label: "l", APIServer: dir, Image: NodeImage{Name: "node:1"}}

	here, err := engine{docker, f}.handOver(t.Context(), cfg)
	require.NoError(t, err)
	require.Equal(t, dir, here)
	require.Empty(t, f.calls)

	t.Setenv("DOCKER_HOST", "tcp://docker:2375")
	there, err := engine{docker, f}.handOver(t.Context(), cfg)
	require.NoError(t, err)
	require.Equal(t, "/docker/volumes/run/_data", there)
	require.Contains(t, f.calls, "volume create --label l=run run")
	archive := tar.NewReader(strings.NewReader(f.fed["run --rm --interactive --volume run:/files --entrypoint tar node:1 --extract --no-same-owner --directory=/files"]))
	header, err := archive.Next()
	require.NoError(t, err)
	require.Equal(t, "encryption.yaml", header.Name)
	text, err := io.ReadAll(archive)
	require.NoError(t, err)
	require.Equal(t, "key", string(text))
}

func TestTheVolumeElsewhereIsDeleted(t *testing.T) {
	t.Setenv("DOCKER_HOST", "tcp://docker:2375")
	f := &fakeEngine{answers: map[string]string{"volume ls --quiet --filter label=l=run": "run\n"}}
	found, err := engine{docker, f}.deleteVolumes(t.Context(), "l", "run")
	require.NoError(t, err)
	require.Equal(t, 1, found)
	require.Contains(t, f.calls, "volume rm --force run")
}

// shout answers for a command that carries a connection.
type shout struct{}

func (shout) Run(_ context.Context, c command.Command) ([]byte, error) {
	asked := make([]byte, 4)
	if _, err := io.ReadFull(c.Stdin, asked); err != nil {
		return nil, err
	}
	_, err := fmt.Fprintf(c.Stdout, "%s: %s!", c.Argv[3], strings.ToUpper(string(asked)))
	return nil, err
}

func TestReachCarriesConnectionsUntilItsEnd(t *testing.T) {
	t.Setenv("DOCKER_HOST", "tcp://docker:2375")
	address := freeAddress(t)
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, os.WriteFile(kubeconfig, []byte(`{apiVersion: v1, kind: Config, current-context: c,
contexts: [{name: c, context: {cluster: c}}], clusters: [{name: c, cluster: {server: "https://`+address+`"}}]}`), 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, Reach(ctx, shout{}, docker, "run", kubeconfig))
	require.NoError(t, Reach(ctx, shout{}, docker, "run", kubeconfig), "another command may be first")

	require.Equal(t, "run-control-plane: PING!", ask(t, address, "ping"))
	cancel()
	require.Eventually(t, func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			_ = connection.Close()
		}
		return err != nil
	}, 10*time.Second, 10*time.Millisecond)
}

// TestCarry runs the shell's part against a server that says goodbye first, and
// then against one that never does, which only the asker's end can end.
func TestCarry(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	for name, leaves := range map[string]bool{"the server ends": true, "the asker ends": false} {
		t.Run(name, func(t *testing.T) {
			script := exec.CommandContext(t.Context(), "bash", "-c", strings.Replace(carry, "6443", port, 1))
			stdin, err := script.StdinPipe()
			require.NoError(t, err)
			stdout, err := script.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, script.Start())
			server, err := listener.Accept()
			require.NoError(t, err)
			_, err = io.WriteString(stdin, "ping")
			require.NoError(t, err)
			got := make([]byte, 4)
			_, err = io.ReadFull(server, got)
			require.NoError(t, err)
			_, err = server.Write([]byte("pong"))
			require.NoError(t, err)
			_, err = io.ReadFull(stdout, got)
			require.NoError(t, err)
			require.Equal(t, "pong", string(got))
			if leaves {
				require.NoError(t, server.Close())
			} else {
				require.NoError(t, stdin.Close())
			}
			_, err = io.ReadAll(stdout) // until the script and its jobs are gone
			require.NoError(t, err)
			_ = script.Wait() // by the signal, or not
			_ = server.Close()
		})
	}
}

func freeAddress(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return listener.Addr().String()
}

func ask(t *testing.T, address, what string) string {
	connection, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer func() { _ = connection.Close() }()
	_, err = io.WriteString(connection, what)
	require.NoError(t, err)
	answer, err := io.ReadAll(connection)
	require.NoError(t, err)
	return string(answer)
}
