package apiserver

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// encryption is Kubernetes' EncryptionConfiguration, as far as it is used here.
// Nothing else than secretbox is listed, so what is not encrypted is not read.
type encryption struct {
	APIVersion string      `yaml:"apiVersion"`
	Kind       string      `yaml:"kind"`
	Resources  []encrypted `yaml:"resources"`
}

type encrypted struct {
	Resources []string   `yaml:"resources"`
	Providers []provider `yaml:"providers"`
}

type provider struct {
	Secretbox keys `yaml:"secretbox"`
}

// keys are in the order in which they are tried; the first one encrypts.
type keys struct {
	Keys []key `yaml:"keys"`
}

type key struct {
	Name   string `yaml:"name"`
	Secret string `yaml:"secret"`
}

// keyBytes is the size that secretbox wants.
const keyBytes = 32

// NewKey puts a key before the others, if there are any: from the moment that
// the API server has read it, what is written is encrypted with it.
func NewKey(dir string) error {
	old, err := readKeys(dir)
	if err != nil {
		return err
	}
	secret := make([]byte, keyBytes)
	_, _ = rand.Read(secret) // crypto/rand never fails: it ends the program instead
	fresh := key{Name: nextName(old), Secret: base64.StdEncoding.EncodeToString(secret)}
	return writeKeys(dir, append([]key{fresh}, old...))
}

// DropOldKeys leaves the first key only. What another one has encrypted cannot
// be read any more.
func DropOldKeys(dir string) error {
	all, err := readKeys(dir)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return fmt.Errorf("drop old keys: there is no key in %s", filepath.Join(dir, encryptionFile))
	}
	return writeKeys(dir, all[:1])
}

// KeyNames are the names of the keys, the one that encrypts first.
func KeyNames(dir string) ([]string, error) {
	all, err := readKeys(dir)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("there is no key in %s: the cluster was not made by `firedrill up`, or its folder is lost", filepath.Join(dir, encryptionFile))
	}
	var names []string
	for _, k := range all {
		names = append(names, k.Name)
	}
	return names, err
}

// Hash is what the API server's metric says when it works with these keys.
func Hash(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, encryptionFile))
	if err != nil {
		return "", fmt.Errorf("read the keys that encrypt Secrets: %w", err)
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256(text)), nil
}

// nextName counts on: a name stands before everything that its key encrypts, so
// no two may be the same.
func nextName(old []key) string {
	if len(old) == 0 {
		return "key1"
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(old[0].Name, "key"))
	return "key" + strconv.Itoa(n+1)
}

func readKeys(dir string) ([]key, error) {
	path := filepath.Join(dir, encryptionFile)
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the keys that encrypt Secrets: %w", err)
	}
	var c encryption
	// The library's messages quote the text, which holds the keys.
	if yaml.Unmarshal(text, &c) != nil || len(c.Resources) != 1 || len(c.Resources[0].Providers) != 1 {
		return nil, fmt.Errorf("read the keys that encrypt Secrets: %s is not what firedrill has written there", path)
	}
	return c.Resources[0].Providers[0].Secretbox.Keys, nil
}

func writeKeys(dir string, all []key) error {
	text, err := yaml.Marshal(encryption{
		APIVersion: "apiserver.config.k8s.io/v1", Kind: "EncryptionConfiguration",
		Resources: []encrypted{{Resources: []string{"secrets"}, Providers: []provider{{keys{all}}}}},
	})
	if err != nil {
		return fmt.Errorf("write down the keys that encrypt Secrets: %w", err)
	}
	return replace(filepath.Join(dir, encryptionFile), text)
}
