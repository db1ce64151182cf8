package snapshot

import (
	"cmp"
	"context"
	"fmt"
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
			texts[r.Name+": "+object.GetKind()+"/"+object.GetName()] = o.text(object, cmp.Or(object.GetNamespace(), r.Namespace))
		}
	}
	return texts, nil
}

func documents(r *release.Release) []string {
	all := r.Manifest
	for _, hook := range r.Hooks {
		all += "\n---\n" + hook.Manifest
	}
	var list []string
	for _, text := range releaseutil.SplitManifests(all) {
		list = append(list, strings.TrimSpace(text))
	}
	return list
}
