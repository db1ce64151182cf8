package machine

import (
	"context"
	"fmt"
	"regexp"
	"strconv"

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
	return []Check{i.golang(ctx), i.mmdebstrap()}
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
