package machine

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"firedrill/pipeline/command"
)

// RemoveProbes removes what probes left behind that were killed on the way:
// containers, networks and images with the probe's label, nothing else.
func RemoveProbes(ctx context.Context, runner command.Runner, e Engine) error {
	p := &prober{run: runner, path: e.Path, env: e.Env, forget: os.RemoveAll}
	return p.removeLeftovers(ctx)
}

func (p *prober) removeLeftovers(ctx context.Context) error {
	filter := "label=" + probeLabel
	for _, kind := range []struct{ list, remove []string }{
		{[]string{"ps", "--all", "--quiet", "--filter", filter}, []string{"rm", "-f"}},
		{[]string{"network", "ls", "--quiet", "--filter", filter}, []string{"network", "rm"}},
		{[]string{"images", "--quiet", "--filter", filter}, []string{"rmi", "-f"}},
	} {
		ids, err := p.output(ctx, nil, kind.list...)
		if err != nil {
			return fmt.Errorf("list what killed probes left: %w", err)
		}
		found := strings.Fields(ids)
		slices.Sort(found)
		if found = slices.Compact(found); len(found) == 0 {
			continue
		}
		if err := p.call(ctx, nil, append(kind.remove, found...)...); err != nil {
			return fmt.Errorf("remove what killed probes left: %w", err)
		}
		for _, id := range found {
			if !strings.HasPrefix(id, probePrefix) {
				continue // only Podman lists networks by name, and only it has CNI
			}
			if err := p.forget(addressesOf(id)); err != nil {
				return fmt.Errorf("remove what killed probes left: %w", err)
			}
		}
	}
	return nil
}
