package machine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"firedrill/pipeline/command"
)

// Images are built by this Go or a newer one.
const goMajor, goMinor = 1, 26

var goVersion = regexp.MustCompile(`\bgo(\d+)\.(\d+)`)

// tools checks the programs that build images; without a build none is needed.
func (i inspection) tools(ctx context.Context, source bool) []Check {
	if !source {
		return nil
	}
	checks := []Check{i.golang(ctx), i.mmdebstrap()}
	if i.options.C {
		checks = append(checks, i.compiler(ctx))
	}
	return checks
}

func (i inspection) golang(ctx context.Context) Check {
	c := Check{
		Name: "go", Status: Lack,
		Wanted: fmt.Sprintf("go %d.%d or newer, to build images from source", goMajor, goMinor),
		Fix:    "install Go from https://go.dev/dl, or take the images from a registry (--images registry)",
	}
	path, err := i.host.look("go")
	if err != nil {
		c.Found = "none"
		return c
	}
	ctx, cancel := context.WithTimeout(ctx, engineDeadline)
	defer cancel()
	out, err := i.host.run.Run(ctx, command.Command{Argv: []string{path, "version"}})
	if err != nil {
		c.Found = sentence(err)
		return c
	}
	v := goVersion.FindStringSubmatch(string(out))
	if v == nil {
		c.Found = fmt.Sprintf("`%s version` says %q", path, out)
		return c
	}
	c.Found = v[0]
	major, _ := strconv.Atoi(v[1])
	minor, _ := strconv.Atoi(v[2])
	if major > goMajor || major == goMajor && minor >= goMinor {
		c.Status, c.Fix = OK, ""
	}
	return c
}

// mmdebstrap makes the root file systems that images from source stand on.
func (i inspection) mmdebstrap() Check {
	c := Check{Name: "mmdebstrap", Status: OK, Wanted: "mmdebstrap, to build the node image from Debian packages"}
	path, err := i.host.look("mmdebstrap")
	if err == nil {
		c.Found = path
		return c
	}
	fix := i.install("mmdebstrap")
	c.Status, c.Found, c.Fix, c.Safe, c.Packages = Lack, "none", fix.Fix, fix.Safe, fix.Packages
	return c
}

// compiler compiles the C code of programs and links them with the static C
// library.
func (i inspection) compiler(ctx context.Context) Check {
	c := Check{Name: "C compiler", Status: OK, Wanted: "gcc and a static C library, to build images whose programs have C code"}
	var library string
	path, err := i.host.look("gcc")
	if err == nil {
		library, err = i.staticLibrary(ctx, path)
	} else {
		err = errors.New("none")
	}
	if err == nil {
		c.Found = path + " and " + library
		return c
	}
	fix := i.install("gcc", "libc6-dev")
	c.Status, c.Found, c.Fix, c.Safe, c.Packages = Lack, sentence(err), fix.Fix, fix.Safe, fix.Packages
	return c
}

func (i inspection) staticLibrary(ctx context.Context, gcc string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, engineDeadline)
	defer cancel()
	out, err := i.host.run.Run(ctx, command.Command{Argv: []string{gcc, "-print-file-name=libc.a"}})
	if err != nil {
		return "", err
	}
	// A compiler that does not find the file prints the bare name.
	library := strings.TrimSpace(string(out))
	if !filepath.IsAbs(library) {
		return "", fmt.Errorf("%s without a static C library (libc.a)", gcc)
	}
	return library, nil
}
