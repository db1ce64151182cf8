package machine

import (
	"context"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"firedrill/pipeline/command"
)

// host is the machine as the checks see it. Tests put a recorded one there.
type host struct {
	run command.Runner
	// look finds an installed program by name.
	look  func(name string) (path string, err error)
	files fs.FS // "/", so that names have no leading slash
	os    string
	arch  string
	cores int
	uid   int
	// hardLimit is the hard limit of a resource such as unix.RLIMIT_NOFILE.
	hardLimit func(resource int) (uint64, error)
	// freeDisk is what is free on the file system that holds path.
	freeDisk func(path string) (uint64, error)
	// remove removes a folder with all that is in it.
	remove func(folder string) error
	// status is the HTTP status of a GET request.
	status func(ctx context.Context, url string) (int, error)
	// resolve looks a host name up.
	resolve func(ctx context.Context, name string) error
}

// thisHost is the real one.
func thisHost() host {
	return host{
		run:       command.OS{},
		look:      exec.LookPath,
		files:     os.DirFS("/"),
		os:        runtime.GOOS,
		arch:      runtime.GOARCH,
		cores:     runtime.NumCPU(),
		uid:       os.Getuid(),
		hardLimit: hardLimit,
		freeDisk:  freeDisk,
		remove:    os.RemoveAll,
		status:    httpStatus,
		resolve: func(ctx context.Context, name string) error {
			_, err := net.DefaultResolver.LookupHost(ctx, name)
			return err
		},
	}
}

// text is a small file without surrounding blanks, "" if it cannot be read.
func (h host) text(name string) string {
	b, err := fs.ReadFile(h.files, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

func (h host) exists(name string) bool {
	_, err := fs.Stat(h.files, name)
	return err == nil
}

// hasPackages tells whether missing programs can be installed by apt-get here:
// on Debian and its children.
func (h host) hasPackages() bool {
	_, err := h.look("apt-get")
	return err == nil && h.exists("etc/debian_version")
}

func hardLimit(resource int) (uint64, error) {
	var l unix.Rlimit
	err := unix.Getrlimit(resource, &l)
	return l.Max, err
}

func freeDisk(path string) (uint64, error) {
	// A folder that will be made later lies where its parent lies.
	for {
		if _, err := os.Stat(path); err == nil || path == filepath.Dir(path) {
			break
		}
		path = filepath.Dir(path)
	}
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, err
	}
	return s.Bavail * uint64(s.Bsize), nil
}

func httpStatus(ctx context.Context, url string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<10))
	return resp.StatusCode, nil
}
