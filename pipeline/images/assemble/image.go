package assemble

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"firedrill/pipeline/images/layer"
	"firedrill/pipeline/images/spec"
)

// image puts finished layers under a configuration.
func image(c spec.Config, layers []finished, arch string) (v1.Image, error) {
	base := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	created := v1.Time{Time: layer.Time()}
	var addenda []mutate.Addendum
	for _, l := range layers {
		addenda = append(addenda, mutate.Addendum{
			Layer: l.Layer, Annotations: l.annotations, MediaType: types.OCIUncompressedLayer,
			History: v1.History{Created: created, CreatedBy: l.createdBy},
		})
	}
	img, err := mutate.Append(base, addenda...)
	if err != nil {
		return nil, fmt.Errorf("put layers together: %w", err)
	}
	file, err := img.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("put layers together: %w", err)
	}
	file = file.DeepCopy()
	file.Architecture, file.OS, file.Created, file.Config = arch, "linux", created, config(c)
	img, err = mutate.ConfigFile(img, file)
	if err != nil {
		return nil, fmt.Errorf("put layers together: %w", err)
	}
	return img, nil
}

func config(c spec.Config) v1.Config {
	out := v1.Config{
		Entrypoint: c.Entrypoint, Cmd: c.Cmd, User: c.User, WorkingDir: c.Workdir,
		StopSignal: c.StopSignal, Labels: c.Labels,
	}
	for _, key := range slices.Sorted(maps.Keys(c.Env)) {
		out.Env = append(out.Env, key+"="+c.Env[key])
	}
	for _, port := range c.Ports {
		if out.ExposedPorts == nil {
			out.ExposedPorts = map[string]struct{}{}
		}
		out.ExposedPorts[fmt.Sprintf("%d/tcp", port)] = struct{}{}
	}
	return out
}

// describe says in a few words what a layer holds.
func describe(l spec.Layer) string {
	switch {
	case l.Go != nil:
		names := make([]string, 0, len(l.Go))
		for _, p := range l.Go {
			names = append(names, path.Base(p.To))
		}
		return "programs " + strings.Join(names, ", ")
	case l.Debian != nil:
		return fmt.Sprintf("Debian %s with %d named packages", l.Debian.Suite, len(l.Debian.Packages))
	case l.Images != nil:
		return fmt.Sprintf("%d images", len(l.Images.Names))
	}
	return fmt.Sprintf("%d files", len(l.Files))
}
