package machine

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// dockerInfo is the part of `docker info` and `nerdctl info` that counts.
type dockerInfo struct {
	ServerVersion   string
	DockerRootDir   string
	SecurityOptions []string
	ServerErrors    []string
}

// tryDocker asks the daemon of Docker, or of nerdctl, which takes the same
// arguments, and has it start the probe.
func (i inspection) tryDocker(ctx context.Context, name, path string) attempt {
	var a attempt
	p := &prober{run: i.host.run, path: path, forget: i.host.remove}
	info, err := p.dockerInfo(ctx)
	if err != nil {
		a.err = err
		return a
	}
	a.engine = Engine{
		Name: name, Path: path, Version: info.ServerVersion,
		Env: []string{"KIND_EXPERIMENTAL_PROVIDER=" + name},
		Why: name + " starts a privileged container as it is",
	}
	a.storage = info.DockerRootDir
	if a.storage == "" {
		a.storage = "/var/lib"
	}
	a.rootless = slices.ContainsFunc(info.SecurityOptions, func(s string) bool {
		return strings.Contains(s, "name=rootless")
	})
	a.err = p.probe(ctx, i.host.arch, asItIs)
	return a
}

func (p *prober) dockerInfo(ctx context.Context) (dockerInfo, error) {
	var info dockerInfo
	out, err := p.output(ctx, nil, "info", "--format", "{{json .}}")
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal([]byte(out), &info); err != nil {
		return info, fmt.Errorf("read the answer of `%s info`: %w", p.path, err)
	}
	// Some clients without a daemon print an empty answer and succeed.
	if len(info.ServerErrors) > 0 {
		return info, fmt.Errorf("`%s info`: %s", p.path, strings.Join(info.ServerErrors, "; "))
	}
	if info.ServerVersion == "" {
		return info, fmt.Errorf("`%s info` names no server version: this is not the real program, or it has no daemon", p.path)
	}
	return info, nil
}
