package pipeline

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/distribution/reference"

	"firedrill/pipeline/cluster"
	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/drill/fault"
	"firedrill/pipeline/images"
	"firedrill/pipeline/images/spec"
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

// checkImages finds images that charts or drills name and nobody can provide,
// before a pod waits for one.
func (s *state) checkImages() error {
	used, err := deploy.Images(s.content.Dir, s.content.Releases)
	if err != nil || s.machine.Registry {
		return err // with a registry in reach, nodes pull what the store lacks
	}
	wanted := map[string]string{}
	for image, uses := range used {
		wanted[image] = joined(uses)
	}
	if slices.ContainsFunc(s.drills, drill.Drill.UsesTool) {
		wanted[fault.Image] = "the drills"
	}
	for _, image := range s.images {
		delete(wanted, image.Name)
	}
	var errs []error
	for _, image := range slices.Sorted(maps.Keys(wanted)) {
		errs = append(errs, fmt.Errorf("image %s is in no folder of %s and no registry answers; it is wanted by %s",
			image, s.content.Images, wanted[image]))
	}
	return errors.Join(errs...)
}

func joined(uses []deploy.Use) string {
	var places []string
	for _, use := range uses {
		places = append(places, use.String())
	}
	return strings.Join(places, "; ")
}

// nodeRepository is how the node image is told from those for pods.
const nodeRepository = "kindest/node:"

// splitImages parts the node image from the images that go into nodes.
func (s *state) splitImages() (node images.Image, others []cluster.Image, err error) {
	used, err := deploy.Images(s.content.Dir, s.content.Releases)
	if err != nil {
		return node, nil, err
	}
	host := s.specs.ForHost()
	for _, image := range s.images {
		switch {
		case slices.ContainsFunc(host, func(s spec.Spec) bool { return s.Name == image.Name }):
			// No pod runs it.
		case strings.Contains(image.Name, nodeRepository):
			node = image
		case image.Within == "":
			others = append(others, cluster.Image{
				Name: image.Name, Digest: image.Digest, Everywhere: image.Name == fault.Image || onEveryNode(used[image.Name]),
			})
		}
	}
	if node.Name == "" {
		return node, nil, fmt.Errorf("no image in %s is named %sVERSION: a cluster needs a node image", s.content.Images, nodeRepository)
	}
	return node, others, nil
}

// onEveryNode tells whether pods that use the image run on reserved nodes too.
func onEveryNode(uses []deploy.Use) bool {
	return slices.ContainsFunc(uses, func(u deploy.Use) bool { return u.Kind == "DaemonSet" })
}
