// Package rootfs makes a layer out of Debian packages: mmdebstrap installs
// them, and what differs from one installation to the next is left out.
package rootfs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/spec"
)

// Maker makes file systems.
type Maker struct {
	Runner command.Runner
	// Etc is the folder of this machine's configuration, /etc, from which apt's
	// sources are read.
	Etc string
	// Temp is where mmdebstrap installs.
	Temp string
}

// Result is a file system and what was installed into it.
type Result struct {
	Layer *layer.Layer
	// Packages are name=version of every package, sorted.
	Packages []string
}

// Make installs the packages and writes the layer into a file in dir.
func (m Maker) Make(ctx context.Context, d spec.Debian, dir string) (*Result, error) {
	sources, err := sources(m.Etc, d.Suite)
	if err != nil {
		return nil, err
	}
	w, err := layer.NewWriter(dir)
	if err != nil {
		return nil, err
	}
	f := newFilter(d, w)
	if err := m.install(ctx, d, sources, f); err != nil {
		w.Discard()
		return nil, err
	}
	l, err := w.Finish()
	if err != nil {
		return nil, err
	}
	packages, err := f.packages()
	if err != nil {
		return nil, err
	}
	return &Result{Layer: l, Packages: packages}, nil
}

// install runs mmdebstrap and gives what it writes to f.
func (m Maker) install(ctx context.Context, d spec.Debian, sources []string, f *filter) error {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := m.Runner.Run(ctx, command.Command{
			Argv: argv(d, sources), Stdout: w, Dir: "/", Bound: true,
			Env: []string{"SOURCE_DATE_EPOCH=" + strconv.Itoa(layer.Epoch), "TMPDIR=" + m.Temp, "LC_ALL=C.UTF-8"},
		})
		done <- err
		_ = w.CloseWithError(io.ErrUnexpectedEOF)
	}()
	copyErr := f.copy(r)
	// Without a reader mmdebstrap would wait for ever; this makes its next
	// write fail.
	_ = r.CloseWithError(copyErr)
	if err := <-done; err != nil && (copyErr == nil || errors.Is(copyErr, io.ErrUnexpectedEOF)) {
		return explain(d, err)
	}
	return copyErr
}

// listDebs writes down what was unpacked, for the variant that leaves no dpkg
// behind to tell. mmdebstrap gives the root as $1.
const listDebs = `ls "$1/var/cache/apt/archives" > "$1` + debs + `"`

// alone has the kernel remove what mmdebstrap mounts, and end what it starts,
// as soon as it is gone: if it is killed, it can do neither itself.
var alone = []string{"unshare", "--mount", "--pid", "--fork", "--kill-child"}

func argv(d spec.Debian, sources []string) []string {
	args := append(slices.Clone(alone), "mmdebstrap", "--mode=root", "--format=tar", "--variant="+d.Variant)
	if d.Variant == "extract" {
		args = append(args, "--extract-hook="+listDebs)
	}
	if len(d.Packages) > 0 {
		args = append(args, "--include="+strings.Join(d.Packages, ","))
	}
	return append(append(args, d.Suite, "-"), sources...)
}

func explain(d spec.Debian, err error) error {
	what := fmt.Sprintf("install %d packages of Debian %s with mmdebstrap", len(d.Packages), d.Suite)
	if command.NotFound(err) || strings.Contains(err.Error(), "failed to execute mmdebstrap") {
		return fmt.Errorf("%s: it is not installed: run 'apt-get install mmdebstrap' (on another system than Debian build on one, or take the images from a registry with --images registry): %w", what, err)
	}
	if strings.Contains(err.Error(), "must be root") || strings.Contains(err.Error(), "not permitted") {
		return fmt.Errorf("%s: it needs root: run as root, or take the images from a registry with --images registry: %w", what, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
