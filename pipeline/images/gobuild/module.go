package gobuild

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	moduleLine   = regexp.MustCompile(`(?m)^module\s+"?([^\s"]+)"?`)
	localReplace = regexp.MustCompile(`(?m)=>\s*"?\.{1,2}/`)
)

// Local tells whether the package's source is not fixed by go.mod and go.sum:
// it belongs to the module in dir itself, or the module replaces others by
// folders.
func Local(dir, pkg string) (bool, error) {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return false, fmt.Errorf("read the module of %s: %w", pkg, err)
	}
	if strings.HasPrefix(pkg, ".") || localReplace.Match(text) {
		return true, nil
	}
	m := moduleLine.FindSubmatch(text)
	if m == nil {
		return false, nil
	}
	module := string(m[1])
	return pkg == module || strings.HasPrefix(pkg, module+"/"), nil
}

// ModuleDir is the unpacked folder of a module that dir's go.mod pins. It is
// downloaded if need be.
func (g Go) ModuleDir(ctx context.Context, dir, module string) (string, error) {
	out, err := g.run(ctx, dir, nil, "list", "-m", "-json", module)
	if err != nil {
		return "", err
	}
	var m struct{ Dir, Version string }
	if err := json.Unmarshal(out, &m); err != nil {
		return "", fmt.Errorf("read go list's answer on %s: %w", module, err)
	}
	if m.Dir != "" {
		return m.Dir, nil
	}
	out, err = g.run(ctx, dir, nil, "mod", "download", "-json", module)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(out, &m); err != nil || m.Dir == "" {
		return "", fmt.Errorf("go mod download in %s gave no folder for %s: %s", dir, module, out)
	}
	return m.Dir, nil
}
