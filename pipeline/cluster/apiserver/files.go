package apiserver

import (
	_ "embed" // for the policies below
	"fmt"
	"os"
	"path/filepath"
)

// The names of the files in their folder.
const (
	encryptionFile     = "encryption.yaml"
	auditPolicyFile    = "audit-policy.yaml"
	authenticationFile = "authentication.yaml"
)

//go:embed audit-policy.yaml
var auditPolicy []byte

//go:embed authentication.yaml
var authentication []byte

// Write makes the folder with everything that the API server reads. A key that
// is there stays: what it has encrypted must be read again.
func Write(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the API server's files: %w", err)
	}
	for name, text := range map[string][]byte{auditPolicyFile: auditPolicy, authenticationFile: authentication} {
		if err := replace(filepath.Join(dir, name), text); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(dir, encryptionFile)); err == nil {
		return nil
	}
	return NewKey(dir)
}

// replace writes a file in one step: the API server may read it at any time.
func replace(path string, text []byte) error {
	next := path + ".next"
	err := os.WriteFile(next, text, 0o600)
	if err == nil {
		err = os.Rename(next, path)
	}
	if err != nil {
		return fmt.Errorf("write %s for the API server: %w", path, err)
	}
	return nil
}
