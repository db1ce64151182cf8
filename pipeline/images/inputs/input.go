package inputs

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// The algorithms of digests, by the names that in-toto gives them.
const (
	SHA256  = "sha256"
	DirHash = "dirHash" // of a Go module, as in go.sum
)

// Input is one thing that an image is made from.
type Input struct {
	// Name is the path of a file, relative to the folder of image.yaml, or the
	// package URL (pkg:…) of what somebody else has made.
	Name string
	// Digest is by algorithm, in hexadecimal digits; empty if nobody gives one.
	Digest map[string]string
}

// keyed is what a part of an image is made from, and its key.
type keyed struct {
	key    string
	inputs []Input
}

// file is the file of that path; sorted makes the path a relative one.
func file(path string) (Input, error) {
	sum, err := fileHash(path)
	return Input{Name: path, Digest: map[string]string{SHA256: sum}}, err
}

// pinnedModule is what go.mod and go.sum in dir say: both files
// themselves, and every module that they pin.
func pinnedModule(dir string) (keyed, error) {
	key, err := moduleHash(dir)
	if err != nil {
		return keyed{}, err
	}
	mod, err := file(filepath.Join(dir, "go.mod"))
	if err != nil {
		return keyed{}, err
	}
	found := []Input{mod}
	if sums, err := file(filepath.Join(dir, "go.sum")); err == nil {
		found = append(found, sums)
	}
	pins, err := pins(dir)
	return keyed{key, append(found, pins...)}, err
}

// pins are the modules that the go.mod in dir requires, or replaces these by.
func pins(dir string) ([]Input, error) {
	path := filepath.Join(dir, "go.mod")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := modfile.Parse(path, text, nil)
	if err != nil {
		return nil, err
	}
	wanted := make([]module.Version, 0, len(f.Require))
	for _, r := range f.Require {
		wanted = append(wanted, r.Mod)
	}
	for _, r := range f.Replace {
		i := slices.IndexFunc(wanted, func(m module.Version) bool {
			return m.Path == r.Old.Path && (r.Old.Version == "" || m.Version == r.Old.Version)
		})
		if i >= 0 {
			wanted[i] = r.New
		}
	}
	versions := make([]string, 0, len(wanted))
	for _, m := range wanted {
		if m.Version != "" { // else it is a folder, whose files are listed
			versions = append(versions, m.String())
		}
	}
	return modules(dir, versions)
}

// modules are those of path@version, with the digests that go.sum in dir has.
func modules(dir string, versions []string) ([]Input, error) {
	text, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 3 {
			sums[fields[0]+"@"+fields[1]] = fields[2]
		}
	}
	found := make([]Input, 0, len(versions))
	for _, v := range versions {
		path, version, _ := strings.Cut(v, "@")
		i := Input{Name: "pkg:golang/" + path + "@" + url.QueryEscape(version)}
		if sum, ok := strings.CutPrefix(sums[v], "h1:"); ok {
			raw, err := base64.StdEncoding.DecodeString(sum)
			if err != nil {
				return nil, fmt.Errorf("read the digest of %s in %s/go.sum: %w", v, dir, err)
			}
			i.Digest = map[string]string{DirHash: hex.EncodeToString(raw)}
		}
		found = append(found, i)
	}
	return found, nil
}

// sorted are the inputs in the order of their names, each once, with paths
// relative to dir: where a checkout lies is no input.
func sorted(dir string, all []Input) ([]Input, error) {
	for i, one := range all {
		if !filepath.IsAbs(one.Name) {
			continue
		}
		rel, err := filepath.Rel(dir, one.Name)
		if err != nil {
			return nil, err
		}
		all[i].Name = filepath.ToSlash(rel)
	}
	slices.SortStableFunc(all, func(a, b Input) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(all, func(a, b Input) bool { return a.Name == b.Name }), nil
}
