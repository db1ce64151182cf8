package gobuild

import (
	"path"
	"regexp"
	"slices"
)

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// programName is how go build calls the program of a package.
func programName(pkg string) string {
	if base := path.Base(pkg); !majorVersion.MatchString(base) {
		return base
	}
	return path.Base(path.Dir(pkg))
}

// batches puts together the packages that one call of go build can make:
// those whose programs have names of their own.
func batches(pkgs []string) [][]string {
	var named []string
	var all [][]string
	taken := map[string]bool{}
	for _, pkg := range slices.Compact(slices.Sorted(slices.Values(pkgs))) {
		n := programName(pkg)
		if n == "." || n == ".." || taken[n] {
			all = append(all, []string{pkg})
			continue
		}
		taken[n] = true
		named = append(named, pkg)
	}
	if len(named) > 0 {
		all = append(all, named)
	}
	return all
}
