package rootfs_test

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/rootfs"
	"firedrill/pipeline/images/spec"
)

// mmdebstrap is a fake that writes a tar stream and may then fail.
type mmdebstrap struct {
	headers []tar.Header
	cut     bool // ends in the middle of the stream
	err     error
	got     command.Command
}

func (m *mmdebstrap) Run(_ context.Context, c command.Command) ([]byte, error) {
	m.got = c
	if m.headers == nil {
		return nil, m.err
	}
	w := tar.NewWriter(c.Stdout)
	for _, h := range m.headers {
		body := h.Linkname // a file's text
		if h.Typeflag == tar.TypeReg {
			h.Linkname, h.Size = "", int64(len(body))
		}
		if err := w.WriteHeader(&h); err != nil {
			return nil, err
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := io.WriteString(w, body); err != nil {
				return nil, err
			}
		}
	}
	if m.cut {
		return nil, m.err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	_, err := c.Stdout.Write(make([]byte, 4096)) // GNU tar pads its output
	return nil, errors.Join(err, m.err)
}

func dir(name string) tar.Header { return tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: 0o755} }

func file(name, text string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Linkname: text, Mode: 0o644, Gid: 42}
}

func symlink(name, to string) tar.Header {
	return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to}
}

// system is a small Debian file system with what differs from one installation
// to the next.
func system(noise string) []tar.Header {
	return []tar.Header{
		dir("./"), symlink("./bin", "usr/bin"), dir("./dev/"),
		{Typeflag: tar.TypeChar, Name: "./dev/null"},
		dir("./etc/"), file("./etc/hostname", noise), file("./etc/machine-id", noise), file("./etc/passwd", "root"),
		dir("./usr/"), dir("./usr/bin/"), file("./usr/bin/perl", "perl"),
		{Typeflag: tar.TypeLink, Name: "./usr/bin/perl5", Linkname: "./usr/bin/perl"},
		dir("./usr/share/"), dir("./usr/share/doc/"), dir("./usr/share/doc/perl/"), file("./usr/share/doc/perl/README", noise),
		dir("./var/"), dir("./var/cache/"), dir("./var/cache/ldconfig/"), file("./var/cache/ldconfig/aux-cache", noise),
		dir("./var/lib/"), dir("./var/lib/dpkg/"),
		file("./var/lib/dpkg/status", "Package: perl\nVersion: 5.36\n\nPackage: bash\nVersion: 1:5.2-2\n"),
		dir("./var/log/"), file("./var/log/dpkg.log", noise),
	}
}

func install(t *testing.T, fake *mmdebstrap, d spec.Debian) (*rootfs.Result, error) {
	t.Helper()
	return rootfs.Maker{Runner: fake, Etc: t.TempDir(), Temp: "/tmp"}.Make(t.Context(), d, t.TempDir())
}

func contents(t *testing.T, r *rootfs.Result) []string {
	t.Helper()
	f, err := os.Open(r.Layer.File())
	require.NoError(t, err)
	defer f.Close()
	var names []string
	for in := tar.NewReader(f); ; {
		h, err := in.Next()
		if err == io.EOF {
			return names
		}
		require.NoError(t, err)
		names = append(names, h.Name)
	}
}

func TestSameFileSystemTwice(t *testing.T) {
	debian := spec.Debian{Suite: "bookworm", Variant: "minbase", Remove: []string{"/usr/share/doc/**"}}
	first := &mmdebstrap{headers: system("Monday")}
	second := &mmdebstrap{headers: system("Tuesday evening")}
	for i := range second.headers {
		second.headers[i].ModTime = time.Unix(1e9, 0)
	}
	one, err := install(t, first, debian)
	require.NoError(t, err)
	two, err := install(t, second, debian)
	require.NoError(t, err)
	a, _ := one.Layer.Digest()
	b, _ := two.Layer.Digest()
	require.Equal(t, a, b)
	require.Equal(t, []string{"bash=1:5.2-2", "perl=5.36"}, one.Packages)
	require.Equal(t, []string{
		"bin", "dev/", "etc/", "etc/machine-id", "etc/passwd", "usr/", "usr/bin/", "usr/bin/perl", "usr/bin/perl5",
		"usr/share/", "usr/share/doc/", "var/", "var/cache/", "var/cache/ldconfig/", "var/lib/", "var/lib/dpkg/",
		"var/lib/dpkg/status", "var/log/",
	}, contents(t, one))
}

func TestKeepTakesFoldersAboveAndRootLinksOnly(t *testing.T) {
	fake := &mmdebstrap{headers: system("")}
	got, err := install(t, fake, spec.Debian{Suite: "bookworm", Variant: "minbase", Keep: []string{"/usr/bin/perl*", "/var/log"}})
	require.NoError(t, err)
	require.Equal(t, []string{"bin", "usr/", "usr/bin/", "usr/bin/perl", "usr/bin/perl5", "var/", "var/log/"}, contents(t, got))
	require.Len(t, got.Packages, 2, "what is installed is known although dpkg's list is left out")
}

func TestHardLinkToWhatIsLeftOut(t *testing.T) {
	_, err := install(t, &mmdebstrap{headers: system("")}, spec.Debian{Suite: "bookworm", Remove: []string{"/usr/bin/perl"}})
	require.ErrorContains(t, err, "/usr/bin/perl5 is the same file as /usr/bin/perl, which 'remove' or 'keep' leaves out")
}

func TestExtractSaysWhatWasUnpacked(t *testing.T) {
	fake := &mmdebstrap{headers: []tar.Header{file("./.firedrill-debs", "kmod_30_amd64.deb\nbash_1%3a5.2-2_amd64.deb\npartial\n"), dir("./usr/")}}
	got, err := install(t, fake, spec.Debian{Suite: "bookworm", Variant: "extract"})
	require.NoError(t, err)
	require.Equal(t, []string{"bash=1:5.2-2", "kmod=30"}, got.Packages)
	require.Equal(t, []string{"usr/"}, contents(t, got))
	require.Contains(t, strings.Join(fake.got.Argv, " "), "--extract-hook=")
}

func TestFailures(t *testing.T) {
	for name, c := range map[string]struct {
		fake mmdebstrap
		want string
	}{
		"not installed":               {mmdebstrap{err: &command.Error{Err: exec.ErrNotFound}}, "run 'apt-get install mmdebstrap'"},
		"not installed, says unshare": {mmdebstrap{err: errors.New("unshare: failed to execute mmdebstrap: No such file or directory")}, "run 'apt-get install mmdebstrap'"},
		"not root":                    {mmdebstrap{err: errors.New("mmdebstrap: Operation not permitted, not permitted")}, "it needs root"},
		"no packages":                 {mmdebstrap{err: errors.New("E: Unable to locate package nope")}, "install 1 packages of Debian bookworm with mmdebstrap: E: Unable to locate package nope"},
		"midway":                      {mmdebstrap{headers: system(""), cut: true, err: errors.New("killed")}, "mmdebstrap: killed"},
		"after the end":               {mmdebstrap{headers: system(""), err: errors.New("exit status 1")}, "exit status 1"},
		"cut":                         {mmdebstrap{headers: system(""), cut: true}, "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			work := t.TempDir()
			_, err := rootfs.Maker{Runner: &c.fake, Etc: t.TempDir()}.Make(t.Context(), spec.Debian{Suite: "bookworm", Packages: []string{"nope"}}, work)
			require.ErrorContains(t, err, c.want)
			left, err := os.ReadDir(work)
			require.NoError(t, err)
			require.Empty(t, left, "an unfinished layer is removed")
		})
	}
}

func TestSourcesOfThisMachineForTheSuite(t *testing.T) {
	etc := t.TempDir()
	list := filepath.Join(etc, "apt", "sources.list.d")
	require.NoError(t, os.MkdirAll(list, 0o755))
	for name, text := range map[string]string{
		"../sources.list": "# comment\ndeb\ndeb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib\n" +
			"deb-src http://mirror.test/debian bookworm main\ndeb http://mirror.test/debian trixie main\n",
		"debian.sources": "Types: deb deb-src\nURIs: http://one.test/debian\n# comment\nSuites: bookworm-updates bookworm-security sid\n" +
			"Components: main\nSigned-By: /usr/share/keyrings/k.gpg\n\nTypes: deb\nEnabled: no\nURIs: http://off.test\nSuites: bookworm\nComponents: main\n",
		"other.sources": "Types: deb\nURIs: http://vendor.test\nSuites: nodistro\nComponents: main\n",
		"old.list.save": "deb http://saved.test bookworm main\n",
		"key.sources":   "Types: deb\nURIs: http://key.test\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN PGP\n .\n",
		"vendor.list":   "deb http://vendor.test cloud-sdk-bookworm main\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(list, name), []byte(text), 0o644))
	}
	fake := &mmdebstrap{headers: system("")}
	_, err := rootfs.Maker{Runner: fake, Etc: etc, Temp: "/work"}.Make(t.Context(),
		spec.Debian{Suite: "bookworm", Variant: "minbase", Packages: []string{"a", "b"}}, t.TempDir())
	require.NoError(t, err)
	require.Equal(t, []string{
		"unshare", "--mount", "--pid", "--fork", "--kill-child", "mmdebstrap", "--mode=root", "--format=tar", "--variant=minbase", "--include=a,b", "bookworm", "-",
		"deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib",
		"deb [signed-by=/usr/share/keyrings/k.gpg] http://one.test/debian bookworm-updates main",
		"deb [signed-by=/usr/share/keyrings/k.gpg] http://one.test/debian bookworm-security main",
		"deb http://key.test bookworm main",
	}, fake.got.Argv)
	require.Contains(t, fake.got.Env, "SOURCE_DATE_EPOCH=1767225600")
}
