package machine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// podmanConf is the configuration of Podman that a machine calls for; nothing
// is written while it is empty.
type podmanConf struct {
	folder   string // where it is written
	variable string // by which Podman is told of it
	runtime  string
	backend  string
	nofile   uint64
	nproc    uint64
	why      []string
}

// because records what was configured and why.
func (c *podmanConf) because(reason string) { c.why = append(c.why, reason) }

// explain is the reason for which an engine with this configuration is taken.
func (c *podmanConf) explain() string {
	if len(c.why) == 0 {
		return "podman starts a privileged container as it is"
	}
	return "podman starts a privileged container with " + strings.Join(c.why, ", and ")
}

// text is the configuration as containers.conf.
func (c *podmanConf) text() string {
	var b strings.Builder
	b.WriteString("# Written by firedrill, for the containers of its own runs only.\n")
	for _, reason := range c.why {
		b.WriteString("# " + reason + "\n")
	}
	if c.nofile > 0 {
		fmt.Fprintf(&b, "[containers]\ndefault_ulimits = [\"nofile=%[1]d:%[1]d\", \"nproc=%[2]d:%[2]d\"]\n", c.nofile, c.nproc)
	}
	if c.runtime != "" {
		fmt.Fprintf(&b, "[engine]\nruntime = %q\n", c.runtime)
	}
	if c.backend != "" {
		fmt.Fprintf(&b, "[network]\nnetwork_backend = %q\n", c.backend)
	}
	return b.String()
}

// apply writes the configuration, if there is any, and has p use it.
func (c *podmanConf) apply(p *prober) error {
	if len(c.why) == 0 {
		return nil
	}
	folder, err := filepath.Abs(c.folder)
	if err != nil {
		return fmt.Errorf("write the engine configuration: %w", err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("write the engine configuration: %w", err)
	}
	// Named by its content and put in place whole: runs go side by side, and
	// one must not change or truncate the file that another reads.
	text := []byte(c.text())
	file := filepath.Join(folder, fmt.Sprintf("containers-%.4x.conf", sha256.Sum256(text)))
	if err := replace(file, text); err != nil {
		return fmt.Errorf("write the engine configuration: %w", err)
	}
	p.env = []string{c.variable + "=" + file}
	return nil
}

func replace(file string, text []byte) error {
	part, err := os.CreateTemp(filepath.Dir(file), "*.part")
	if err != nil {
		return err
	}
	_, err = part.Write(text)
	err = errors.Join(err, part.Chmod(0o644), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return nil
}

// confVariable is the variable that names a configuration file. Since 4.5
// there is one for a file that is read on top of the user's; the older one has
// Podman read this file in place of the user's.
func confVariable(version string) string {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	x, _ := strconv.Atoi(major)
	y, _ := strconv.Atoi(minor)
	if x > 4 || x == 4 && y >= 5 {
		return "CONTAINERS_CONF_OVERRIDE"
	}
	return "CONTAINERS_CONF"
}
