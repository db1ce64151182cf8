package layer_test

import (
	"archive/tar"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/stretchr/testify/require"

	"firedrill/pipeline/images/layer"
)

// headers are the entries of a layer.
func headers(t *testing.T, l *layer.Layer) []*tar.Header {
	t.Helper()
	f, err := os.Open(l.File())
	require.NoError(t, err)
	defer f.Close()
	var all []*tar.Header
	r := tar.NewReader(f)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return all
		}
		require.NoError(t, err)
		all = append(all, h)
	}
}

func paths(t *testing.T, l *layer.Layer) []string {
	var names []string
	for _, h := range headers(t, l) {
		names = append(names, h.Name)
	}
	return names
}

func write(t *testing.T, tree *layer.Tree, entries ...layer.Entry) *layer.Layer {
	t.Helper()
	l, err := layer.Write(t.TempDir(), entries, tree)
	require.NoError(t, err)
	return l
}

func TestOrderOfEntriesAndTimesDoNotMatter(t *testing.T) {
	file := filepath.Join(t.TempDir(), "program")
	require.NoError(t, os.WriteFile(file, []byte("program"), 0o700))
	entries := []layer.Entry{
		{Path: "/usr/bin/program", Mode: 0o755, File: file},
		{Path: "/etc/empty", Mode: 0o600, Content: []byte{}},
		{Path: "/etc/link", Link: "empty"},
		{Path: "/var/folder", Mode: 0o700},
	}
	first := write(t, layer.NewTree(), entries...)
	require.NoError(t, os.Chtimes(file, layer.Time(), layer.Time()))
	slices.Reverse(entries)
	second := write(t, layer.NewTree(), entries...)
	one, err := first.Digest()
	require.NoError(t, err)
	two, err := second.Digest()
	require.NoError(t, err)
	require.Equal(t, one, two)
	require.Equal(t, []string{
		"etc/", "etc/empty", "etc/link", "usr/", "usr/bin/", "usr/bin/program", "var/", "var/folder/",
	}, paths(t, first))
	for _, h := range headers(t, first) {
		require.Zero(t, h.Uid+h.Gid, h.Name)
		require.Empty(t, h.Uname+h.Gname, h.Name)
		require.True(t, layer.Time().Equal(h.ModTime), h.Name)
	}
}

func TestContentChangesDigest(t *testing.T) {
	one, err := write(t, layer.NewTree(), layer.Entry{Path: "/a", Content: []byte("1")}).Digest()
	require.NoError(t, err)
	two, err := write(t, layer.NewTree(), layer.Entry{Path: "/a", Content: []byte("2")}).Digest()
	require.NoError(t, err)
	require.NotEqual(t, one, two)
}

func TestDigestAndSizeAreThoseOfTheStream(t *testing.T) {
	l := write(t, layer.NewTree(), layer.Entry{Path: "/a", Mode: 0o644, Content: []byte("text")})
	stream, err := l.Uncompressed()
	require.NoError(t, err)
	defer stream.Close()
	digest, size, err := v1.SHA256(stream)
	require.NoError(t, err)
	gotDigest, err := l.Digest()
	require.NoError(t, err)
	gotSize, err := l.Size()
	require.NoError(t, err)
	require.Equal(t, digest, gotDigest)
	require.Equal(t, size, gotSize)
}

func TestTwoEntriesAtOnePath(t *testing.T) {
	_, err := layer.Write(t.TempDir(), []layer.Entry{{Path: "/a", Content: []byte("1")}, {Path: "/a", Link: "b"}}, layer.NewTree())
	require.ErrorContains(t, err, "two entries at /a")
}

func TestUnreadableFileLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	_, err := layer.Write(dir, []layer.Entry{{Path: "/a", File: filepath.Join(dir, "missing")}}, layer.NewTree())
	require.ErrorContains(t, err, "put /a into the layer")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

// A folder bin/ in an upper layer would replace the link bin -> usr/bin of the
// lower one.
func TestLinksBelowAreFollowed(t *testing.T) {
	below := layer.NewTree()
	require.NoError(t, below.Read(write(t, layer.NewTree(),
		layer.Entry{Path: "/usr/bin", Mode: 0o755},
		layer.Entry{Path: "/bin", Link: "usr/bin"},
		layer.Entry{Path: "/opt", Link: "/bin"},
		layer.Entry{Path: "/loop", Link: "loop"})))
	upper := write(t, below,
		layer.Entry{Path: "/bin/a", Content: []byte("a")},
		layer.Entry{Path: "/opt/b", Content: []byte("b")},
		layer.Entry{Path: "/usr/new/c", Content: []byte("c")})
	require.Equal(t, []string{"usr/bin/a", "usr/bin/b", "usr/new/", "usr/new/c"}, paths(t, upper))
	require.NotEmpty(t, below.Resolve("/loop/x"), "a loop of links ends")
	require.True(t, below.HasDir("/usr/new"), "the tree takes in what was written")
}

func TestExtendedAttributesStayAndNothingElse(t *testing.T) {
	w, err := layer.NewWriter(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, w.Add(&tar.Header{
		Typeflag: tar.TypeReg, Name: "ping", Mode: 0o104755, Uid: 7, Gid: 8, Uname: "who",
		PAXRecords: map[string]string{"SCHILY.xattr.security.capability": "\x01", "atime": "12.3"},
	}, nil))
	l, err := w.Finish()
	require.NoError(t, err)
	h := headers(t, l)[0]
	require.Equal(t, map[string]string{"SCHILY.xattr.security.capability": "\x01"}, h.PAXRecords)
	require.Equal(t, []any{int64(0o4755), 7, 8, ""}, []any{h.Mode, h.Uid, h.Gid, h.Uname})
}
