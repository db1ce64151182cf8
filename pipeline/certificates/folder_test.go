package certificates

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestARootIsMadeOnceAndItsKeyIsItsOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	first, err := Folder(dir).Open("root", now)
	require.NoError(t, err)
	again, err := Folder(dir).Open("root", now)
	require.NoError(t, err)
	require.True(t, first.Certificate.Equal(again.Certificate))
	require.True(t, again.matches())

	for name, mode := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, keyFile): 0o600, filepath.Join(dir, certificateFile): 0o644} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), name)
	}
}

func TestARootThatIsNotOneIsRefused(t *testing.T) {
	other, err := NewRoot("other", now)
	require.NoError(t, err)
	tests := map[string]struct {
		spoil func(t *testing.T, dir string)
		when  time.Time
		want  string
	}{
		"others read the key": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Chmod(filepath.Join(dir, keyFile), 0o640))
		}, now, "has mode 0640, so others may have read it"},
		"another's certificate": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.WriteFile(filepath.Join(dir, certificateFile), pemOf(other.Certificate), 0o600))
		}, now, "root.key is not the key of "},
		"no certificate": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.WriteFile(filepath.Join(dir, certificateFile), nil, 0o600))
		}, now, "there is no certificate in it"},
		"no key": {func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.WriteFile(filepath.Join(dir, keyFile), []byte("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"), 0o600))
		}, now, "the key in it cannot be read"},
		"expired": {func(*testing.T, string) {}, now.Add(2 * RootLife), "has expired on 2036-11-19"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := Folder(dir).Open("root", now)
			require.NoError(t, err)
			test.spoil(t, dir)
			_, err = Folder(dir).Open("root", test.when)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "c2VjcmV0")
		})
	}
}

// Whoever lost the certificate still has the key that others trust.
func TestAKeyWithoutItsCertificateStays(t *testing.T) {
	f := Folder(t.TempDir())
	_, err := f.Open("root", now)
	require.NoError(t, err)
	key, err := os.ReadFile(f.path(keyFile))
	require.NoError(t, err)
	require.NoError(t, os.Remove(f.path(certificateFile)))

	_, err = f.Open("root", now)
	require.ErrorContains(t, err, "root.crt: no such file or directory, though its key is there: put the certificate back beside "+f.path(keyFile))
	kept, err := os.ReadFile(f.path(keyFile))
	require.NoError(t, err)
	require.Equal(t, key, kept)
}

func TestARootIsNotWrittenOverAnother(t *testing.T) {
	f := Folder(t.TempDir())
	first, err := f.Open("root", now)
	require.NoError(t, err)
	other, err := NewRoot("other", now)
	require.NoError(t, err)
	require.ErrorIs(t, f.save(other), os.ErrExist)
	found, err := f.Load(now)
	require.NoError(t, err)
	require.True(t, found.Certificate.Equal(first.Certificate))
}

// Whoever asks whom to trust needs no key.
func TestTheCertificatesOfAFolderAreThoseOfBothRoots(t *testing.T) {
	f := Folder(t.TempDir())
	all, err := f.Certificates()
	require.NoError(t, err)
	require.Empty(t, all)

	first, err := f.Open("root", now)
	require.NoError(t, err)
	require.NoError(t, os.Remove(f.path(keyFile)))
	require.NoError(t, os.WriteFile(f.path(certificateFile), bytes.TrimSpace(pemOf(first.Certificate)), 0o600))
	next, err := f.openNext(now)
	require.NoError(t, err)
	all, err = f.Certificates()
	require.NoError(t, err)
	require.Equal(t, string(pemOf(first.Certificate, next.Certificate)), string(all))

	require.NoError(t, os.WriteFile(f.path(certificateFile), []byte("nothing"), 0o600))
	_, err = f.Certificates()
	require.ErrorContains(t, err, "root.crt: there is no certificate in it")
}

// A kill between the writing of the two leaves a key that has signed nothing.
func TestAHalfNextRootIsMadeAnew(t *testing.T) {
	f := Folder(t.TempDir())
	half, err := f.openNext(now)
	require.NoError(t, err)
	again, err := f.openNext(now)
	require.NoError(t, err)
	require.True(t, again.Certificate.Equal(half.Certificate), "one that is whole is taken up")

	require.NoError(t, os.Remove(f.next().path(certificateFile)))
	whole, err := f.openNext(now)
	require.NoError(t, err)
	require.True(t, whole.matches())
	require.False(t, whole.Certificate.Equal(half.Certificate))
}

// What a kill may leave of a promotion: nothing moved, the key moved, all moved.
func TestAPromotionThatWasKilledIsEnded(t *testing.T) {
	for _, moved := range [][]string{nil, {keyFile}, {keyFile, certificateFile}} {
		f := Folder(t.TempDir())
		old, err := f.Open("root", now)
		require.NoError(t, err)
		next, err := f.next().Open("root", now)
		require.NoError(t, err)
		for _, name := range moved {
			require.NoError(t, os.Rename(f.next().path(name), f.path(name)))
		}

		found, err := f.Load(now)
		require.NoError(t, err)
		want := next
		if len(moved) == 0 {
			want = old // the next one still waits
			require.True(t, f.next().holds())
		}
		require.True(t, found.Certificate.Equal(want.Certificate), "after %v", moved)
		require.True(t, found.matches())
		_, err = os.Stat(f.next().path(certificateFile))
		require.Equal(t, len(moved) > 0, os.IsNotExist(err))
	}
}
