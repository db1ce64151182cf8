package gobuild

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"firedrill/pipeline/command"
	"firedrill/pipeline/images/spec"
)

// copies is the folder, beside the copy of go.mod, that holds the copies of
// modules. It is named in go.mod by a relative path: that goes into the program,
// which must not tell one build's folder from another's.
const copies = "modules"

// patched makes a copy of the group's go.mod in dir whose modules are patched,
// and returns the group that is built there. The module cache stays as it is.
func (g Go) patched(ctx context.Context, group Group, dir string, jobs int, say func(string)) (Group, error) {
	module := filepath.Join(dir, "module")
	if err := copyModFiles(group.Dir, module); err != nil {
		return Group{}, err
	}
	for _, p := range group.Patches {
		say("patching " + p.Of)
		if err := g.patch(ctx, group.Dir, module, p); err != nil {
			return Group{}, fmt.Errorf("patch the module %s: %w", p.Of, err)
		}
	}
	original := group
	group.Dir, group.Patches = module, nil
	for _, p := range original.Patches {
		for i, generator := range p.Generate {
			say("generating code by " + generator.Package)
			out := filepath.Join(dir, "generator-"+strings.ReplaceAll(p.Of, "/", "-")+fmt.Sprint(i))
			if err := g.generate(ctx, group, generator, out, jobs); err != nil {
				return Group{}, fmt.Errorf("generate code for the module %s: %w", p.Of, err)
			}
		}
	}
	return group, nil
}

// copyModFiles copies what fixes a module's dependencies.
func copyModFiles(from, to string) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return fmt.Errorf("make room for patched modules: %w", err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return fmt.Errorf("patch modules: a go.mod with a go.sum is needed: %w", err)
		}
		if name == "go.mod" && localReplace.Match(text) {
			return fmt.Errorf("patch modules: %s replaces a module by a folder, and only pinned ones can be patched; change the files in that folder instead", filepath.Join(from, name))
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return fmt.Errorf("make room for patched modules: %w", err)
		}
	}
	return nil
}

// patch puts a changed copy of the module that pinned's go.mod names into dir.
func (g Go) patch(ctx context.Context, pinned, dir string, p spec.Patch) error {
	source, err := g.ModuleDir(ctx, pinned, p.Of)
	if err != nil {
		return err
	}
	place := path.Join(copies, p.Of)
	target := filepath.Join(dir, filepath.FromSlash(place))
	// The modules in the cache are read-only; CopyFS makes files that are not.
	if err := os.CopyFS(target, os.DirFS(source)); err != nil {
		return fmt.Errorf("copy %s: %w", source, err)
	}
	for _, s := range p.Substitute {
		if err := substitute(target, s); err != nil {
			return err
		}
	}
	_, err = g.run(ctx, dir, nil, "mod", "edit", "-replace="+p.Of+"=./"+place)
	return err
}

// substitute replaces a text, which must be there once: a module whose new
// version has changed at that place needs a look, not a guess.
func substitute(dir string, s spec.Substitution) error {
	file := filepath.Join(dir, filepath.FromSlash(s.File))
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("substitute in %s: %w", s.File, err)
	}
	if n := strings.Count(string(text), s.Old); n != 1 {
		return fmt.Errorf("substitute in %s: the text %q occurs %d times there, not once; look at the file in this version and mend the patch in image.yaml", s.File, s.Old, n)
	}
	changed := strings.Replace(string(text), s.Old, s.New, 1)
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		return fmt.Errorf("substitute in %s: %w", s.File, err)
	}
	return nil
}

// generate builds a generator and runs it with the go command set up as for the
// group: generators ask it about packages.
func (g Go) generate(ctx context.Context, group Group, generator spec.Generator, out string, jobs int) error {
	tool := Group{Dir: generator.Module, Packages: []string{generator.Package}}
	files, err := g.Build(ctx, tool, out, jobs, func(string) {})
	if err != nil {
		return err
	}
	_, err = g.Runner.Run(ctx, command.Command{
		Argv: append([]string{files[generator.Package]}, generator.Args...),
		Dir:  group.Dir, Env: g.env(group.environment()), Bound: g.Temp != "",
	})
	if err != nil {
		return fmt.Errorf("run %s: %w", generator.Package, err)
	}
	return nil
}
