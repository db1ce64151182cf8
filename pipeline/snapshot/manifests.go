package snapshot

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// manifests are what Helm has stored of each release: what the chart rendered
// to, an object a text.
func (o Options) manifests(context.Context) (map[string]string, error) {
	texts := map[string]string{}
	for _, r := range o.Releases {
		helm := storage.Init(driver.NewSecrets(o.Kubernetes.CoreV1().Secrets(r.Namespace)))
		deployed, err := helm.Deployed(r.Name)
		if err != nil {
			return nil, fmt.Errorf("release %s in namespace %s: %w", r.Name, r.Namespace, err)
		}
		for _, text := range documents(deployed) {
			object := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
				return nil, fmt.Errorf("release %s in namespace %s: a manifest that Helm stored: %w", r.Name, r.Namespace, err)
			}
			if len(object.Object) == 0 {
				continue // nothing but comments
			}
			texts[r.manifest(object)] += o.text(object, cmp.Or(object.GetNamespace(), r.Namespace))
		}
	}
	return texts, nil
}

// manifest is the name of a manifest's text. A release may have objects of one
// name in several namespaces; those of one name in one namespace, such as a hook
// and what comes after it, are one text.
func (r Release) manifest(object *unstructured.Unstructured) string {
	place := ""
	if namespace := object.GetNamespace(); namespace != "" && namespace != r.Namespace {
		place = namespace + "/"
	}
	return r.Name + ": " + place + object.GetKind() + "/" + object.GetName()
}

// documents are the manifests of a release in the order of its chart.
func documents(r *release.Release) []string {
	all := r.Manifest
	for _, hook := range r.Hooks {
		all += "\n---\n" + hook.Manifest
	}
	texts := releaseutil.SplitManifests(all)
	keys := slices.Collect(maps.Keys(texts))
	sort.Sort(releaseutil.BySplitManifestsOrder(keys))
	var list []string
	for _, key := range keys {
		list = append(list, strings.TrimSpace(texts[key]))
	}
	return list
}
