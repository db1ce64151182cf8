package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"firedrill/pipeline/drill"
	"firedrill/pipeline/images"
)

// nodeRepository is how the node image is told from those for pods.
const nodeRepository = "kindest/node:"

// networkLabel is on node images that bring no pod network of their own.
const networkLabel = "firedrill.network"

// work is the folder with what plain.sh reads.
func (s *site) work() string { return filepath.Join(s.run.Dir, "work") }

// prepare writes what plain.sh reads. All images are in the store by now.
func (s *site) prepare() error {
	if err := os.MkdirAll(filepath.Join(s.work(), "images"), 0o755); err != nil {
		return fmt.Errorf("make room for the plain way's files: %w", err)
	}
	if err := s.writeImages(); err != nil {
		return err
	}
	lines, err := releaseLines(s.content.Releases, s.writeValues)
	if err != nil {
		return err
	}
	if err := s.write("releases", lines); err != nil {
		return err
	}
	var drills []drill.Drill
	if s.content.Smoketests != "" {
		if drills, err = drill.Load(s.content.Smoketests); err != nil {
			return err
		}
	}
	if lines, s.leftOut, err = drillLines(drills); err != nil {
		return err
	}
	return s.write("drills", lines)
}

// writeImages writes an archive for each image that firedrill gives the nodes, as
// `docker save` would have left them, and kind's configuration for the node's.
func (s *site) writeImages() error {
	specs, err := images.Load(s.content.Images)
	if err != nil {
		return err
	}
	store := images.Open(s.options.cache)
	stored, err := store.List()
	if err != nil {
		return err
	}
	for _, spec := range specs.ForCluster() {
		if strings.Contains(spec.Name, nodeRepository) {
			i := slices.IndexFunc(stored, func(image images.Image) bool { return image.Name == spec.Name })
			if i < 0 {
				return fmt.Errorf("the store lacks %s: `firedrill images build` puts it there", spec.Name)
			}
			err = s.describeNode(stored[i])
		} else {
			err = s.archive(store, spec.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *site) archive(store *images.Store, image string) error {
	name := strings.NewReplacer("/", "_", ":", "_").Replace(image) + ".tar"
	file, err := os.Create(filepath.Join(s.work(), "images", name))
	if err != nil {
		return fmt.Errorf("write an archive of %s: %w", image, err)
	}
	defer file.Close()
	if err := store.WriteOCIArchive(file, []string{image}); err != nil {
		return fmt.Errorf("write an archive of %s: %w", image, err)
	}
	return file.Close()
}

func (s *site) describeNode(image images.Image) error {
	var err error
	if s.nodeImage, err = images.FullName(image.Name); err != nil {
		return err
	}
	return s.write("kind.yaml", node{
		CgroupV1: s.machine.CgroupVersion == 1, RestrictOOM: !s.machine.CanRaiseLimits,
		OwnNetwork: image.Labels[networkLabel] != "",
	}.kindConfig())
}

// writeValues puts a release's inline values into a file.
func (s *site) writeValues(release string, values map[string]any) (string, error) {
	text, err := yaml.Marshal(values)
	if err != nil {
		return "", fmt.Errorf("inline values of release %s: %w", release, err)
	}
	name := release + "-values.yaml"
	return filepath.Join(s.work(), name), s.write(name, string(text))
}

func (s *site) write(name, text string) error {
	if err := os.WriteFile(filepath.Join(s.work(), name), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write what plain.sh reads: %w", err)
	}
	return nil
}
