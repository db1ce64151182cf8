package deploy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Use is a place where an image is used.
type Use struct {
	Release string
	// Kind and Name are those of the object, such as Deployment website.
	Kind, Name string
	// Part of its pods that uses it: "container website".
	Part string
}

// String names the place: "release demo: Deployment website, container website".
func (u Use) String() string {
	return fmt.Sprintf("release %s: %s %s, %s", u.Release, u.Kind, u.Name, u.Part)
}

// Images returns every image that the releases name, and for each where it is
// used. Whether all of them are in the store can so be told before a cluster
// exists. Relative paths start from dir.
func Images(dir string, releases []Release) (map[string][]Use, error) {
	used := map[string][]Use{}
	var errs []error
	for _, r := range releases {
		objects, err := Render(dir, r)
		if err != nil {
			errs = append(errs, fmt.Errorf("release %s: %w", r.Name, err))
			continue
		}
		for _, o := range objects {
			collect(o.Object, func(part, image string) {
				used[image] = append(used[image], Use{Release: r.Name, Kind: o.GetKind(), Name: o.GetName(), Part: part})
			})
		}
	}
	for image := range used {
		slices.SortFunc(used[image], func(a, b Use) int { return strings.Compare(a.String(), b.String()) })
		used[image] = slices.Compact(used[image])
	}
	return used, errors.Join(errs...)
}

// collect finds the images of all pod specs inside a value, wherever the kind
// of the object keeps them.
func collect(value any, found func(container, image string)) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			switch key {
			case "containers", "initContainers", "ephemeralContainers":
				containerImages(inner, found)
			case "volumes":
				volumeImages(inner, found)
			}
			collect(inner, found)
		}
	case []any:
		for _, inner := range v {
			collect(inner, found)
		}
	}
}

func containerImages(list any, found func(container, image string)) {
	for _, c := range mapsIn(list) {
		if image, ok := c["image"].(string); ok && image != "" {
			found(fmt.Sprintf("container %v", c["name"]), image)
		}
	}
}

// volumeImages finds images that are mounted as volumes.
func volumeImages(list any, found func(container, image string)) {
	for _, v := range mapsIn(list) {
		if image, ok, _ := unstructured.NestedString(v, "image", "reference"); ok && image != "" {
			found(fmt.Sprintf("volume %v", v["name"]), image)
		}
	}
}

// mapsIn returns the maps among the items of a list.
func mapsIn(list any) []map[string]any {
	items, _ := list.([]any)
	var all []map[string]any
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}
