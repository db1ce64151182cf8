package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/images"
)

// registries are the hosts that images would be pulled from.
func registries(mirror string, specs images.Specs) []string {
	if mirror != "" {
		host, _, _ := strings.Cut(mirror, "/")
		return []string{host}
	}
	var hosts []string
	for _, spec := range specs {
		named, err := reference.ParseNormalizedNamed(spec.Name)
		if err == nil && reference.Domain(named) != "localhost" {
			hosts = append(hosts, reference.Domain(named))
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// checkImages finds images that charts name and nobody can provide, before a
// pod waits for one.
func (s *state) checkImages() error {
	used, err := deploy.Images(s.content.Dir, s.content.Releases)
	if err != nil || s.machine.Registry {
		return err // with a registry in reach, nodes pull what the store lacks
	}
	for _, image := range s.images {
		delete(used, image.Name)
	}
	var errs []error
	for image, where := range used {
		errs = append(errs, fmt.Errorf("image %s is in no folder of %s and no registry answers; it is wanted by %s",
			image, s.content.Images, strings.Join(where, "; ")))
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// nodeRepository is how the node image is told from those for pods.
const nodeRepository = "kindest/node:"

// splitImages parts the node image from the images that go into nodes.
func (s *state) splitImages() (node images.Image, others []cluster.Image, err error) {
	for _, image := range s.images {
		switch {
		case strings.Contains(image.Name, nodeRepository):
			node = image
		case image.Within == "":
			others = append(others, cluster.Image{Name: image.Name, Digest: image.Digest})
		}
	}
	if node.Name == "" {
		return node, nil, fmt.Errorf("no image in %s is named %sVERSION: a cluster needs a node image", s.content.Images, nodeRepository)
	}
	return node, others, nil
}
