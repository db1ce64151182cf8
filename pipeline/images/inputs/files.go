package inputs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// moduleHash covers go.mod and go.sum, which fix every other file of a build.
func moduleHash(dir string) (string, error) {
	mod, err := fileHash(filepath.Join(dir, "go.mod"))
	if err != nil {
		return "", err
	}
	sum, err := fileHash(filepath.Join(dir, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return "", err
	}
	return hash([]string{mod, sum}), nil
}

func fileHash(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// treeHash covers a file, or a folder's files with their names and whether they
// can be executed.
func treeHash(root string) (string, error) {
	var parts []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		sum, err := fileHash(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		parts = append(parts, rel, fmt.Sprint(info.Mode()&0o100 != 0), sum)
		return err
	})
	return hash(parts), err
}
