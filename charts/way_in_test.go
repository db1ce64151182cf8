package charts_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"firedrill/internal/golden"
)

// certificate is what our charts say of cert-manager.io/v1's kind; its module is
// none of this program's.
type certificate struct {
	APIVersion, Kind string
	Metadata         struct {
		Name, Namespace string
		Labels          map[string]string
	}
	Spec certificateSpec
}

type certificateSpec struct {
	SecretName string
	DNSNames   []string
	IssuerRef  struct{ Name, Kind, Group string }
	Usages     []string
	PrivateKey struct {
		Algorithm, RotationPolicy string
		Size                      int
	}
	Duration, RenewBefore string
	RevisionHistoryLimit  int
}

// wayIn is a chart's values with tls.enabled.
func wayIn(t *testing.T, folder string) *release.Release {
	t.Helper()
	r, err := render(folder, variant{chart: folder, values: folder + "/ci/values-tls.yaml"}.load(t))
	require.NoError(t, err)
	return r
}

// apps are those that people reach by name, by chart, with the port of their pods.
var apps = map[string]map[string]int32{
	"demo":       {"api": 8080, "website": 8080},
	"inbox":      {"inbox": 8080},
	"monitoring": {"alertmanager": 9093, "grafana": 3000, "prometheus": 9090},
}

// The template is the same everywhere, as each chart can be taken by itself.
func TestTheWayInIsTheSameInEveryChart(t *testing.T) {
	text, err := os.ReadFile("demo/templates/_way-in.tpl")
	require.NoError(t, err)
	for folder := range apps {
		golden.Equal(t, filepath.Join(folder, "templates/_way-in.tpl"), text)
	}
}

func TestNamesAreMadeTheSameWayInEveryChart(t *testing.T) {
	text, err := os.ReadFile("demo/templates/_host.tpl")
	require.NoError(t, err)
	for _, file := range glob(t, "*/templates/_host.tpl") {
		golden.Equal(t, file, text)
	}
}

func TestEveryAppHasANameAndACertificate(t *testing.T) {
	for folder, ports := range apps {
		all := objects(t, wayIn(t, folder))
		for app, port := range ports {
			host := app + ".sandbox.kind.firedrill.test"
			ingress := find[*networkingv1.Ingress](t, all, app)
			require.Equal(t, "ingress", ingress.Namespace)
			require.Equal(t, "ingress", ingress.Annotations["kubernetes.io/ingress.class"])
			require.Equal(t, []networkingv1.IngressTLS{{Hosts: []string{host}, SecretName: app + "-tls"}}, ingress.Spec.TLS)
			require.Equal(t, host, ingress.Spec.Rules[0].Host)
			require.Equal(t, app, ingress.Spec.Rules[0].HTTP.Paths[0].Backend.Service.Name)

			service := leadsOut(t, all, app)
			require.Equal(t, app+"."+folder+".svc.cluster.local", service.Spec.ExternalName)
			require.Equal(t, port, service.Spec.Ports[0].Port)

			c := certified(t, all, app)
			require.Equal(t, []string{host}, c.Spec.DNSNames)
			require.Equal(t, app+"-tls", c.Spec.SecretName)
			require.Equal(t, "cert-manager.io", c.Spec.IssuerRef.Group)
			require.Contains(t, c.Spec.Usages, "server auth")
			require.Equal(t, "Always", c.Spec.PrivateKey.RotationPolicy)
		}
	}
}

// leadsOut is the Service by which the Ingress reaches the app's own one.
func leadsOut(t *testing.T, all []runtime.Object, app string) *corev1.Service {
	t.Helper()
	for _, object := range all {
		if s, ok := object.(*corev1.Service); ok && s.Name == app && s.Namespace == "ingress" {
			return s
		}
	}
	require.Fail(t, "no Service in the controller's namespace: "+app)
	return nil
}

func certified(t *testing.T, all []runtime.Object, app string) certificate {
	t.Helper()
	text, err := yaml.Marshal(find[*unstructured.Unstructured](t, all, app))
	require.NoError(t, err)
	var c certificate
	require.NoError(t, yaml.UnmarshalStrict(text, &c), "it has no such field")
	return c
}

func TestTheIssuerIsForChoice(t *testing.T) {
	c := certified(t, objects(t, wayIn(t, "demo")), "website")
	require.Equal(t, "own", c.Spec.IssuerRef.Name)
	require.Equal(t, "Issuer", c.Spec.IssuerRef.Kind)
	require.Equal(t, "24h", c.Spec.Duration)
	require.Equal(t, "8h", c.Spec.RenewBefore)
	c = certified(t, objects(t, wayIn(t, "inbox")), "inbox")
	require.Equal(t, "firedrill", c.Spec.IssuerRef.Name)
	require.Equal(t, "ClusterIssuer", c.Spec.IssuerRef.Kind)
	require.Empty(t, c.Spec.Duration, "cert-manager's own")
}

// The controller reaches the app's pods at its port, and these let it in; both
// without a word about anybody else.
func TestTheControllerReachesTheAppsAndNobodyElse(t *testing.T) {
	for folder, ports := range apps {
		all := objects(t, wayIn(t, folder))
		for app, port := range ports {
			out := find[*networkingv1.NetworkPolicy](t, all, "to-"+app)
			require.Equal(t, "ingress", out.Namespace)
			require.Equal(t, []networkingv1.PolicyType{"Egress"}, out.Spec.PolicyTypes)
			require.Equal(t, map[string]string{"app.kubernetes.io/name": "ingress"}, out.Spec.PodSelector.MatchLabels)
			require.Len(t, out.Spec.Egress, 1)
			require.Equal(t, port, out.Spec.Egress[0].Ports[0].Port.IntVal)
			to := out.Spec.Egress[0].To[0]
			require.Equal(t, map[string]string{"kubernetes.io/metadata.name": folder}, to.NamespaceSelector.MatchLabels)
			require.Equal(t, app, to.PodSelector.MatchLabels["app.kubernetes.io/name"])
			require.Equal(t, []int32{port}, letIn(find[*networkingv1.NetworkPolicy](t, all, app)), app)
		}
	}
}

// letIn are the ports at which a policy lets the controller in.
func letIn(policy *networkingv1.NetworkPolicy) (ports []int32) {
	for _, rule := range policy.Spec.Ingress {
		for _, from := range rule.From {
			if from.PodSelector == nil || from.PodSelector.MatchLabels["app.kubernetes.io/name"] != "ingress" {
				continue
			}
			for _, p := range rule.Ports {
				ports = append(ports, p.Port.IntVal)
			}
		}
	}
	return ports
}

func TestWithoutTLSThereIsNoWayIn(t *testing.T) {
	for folder := range apps {
		r, err := render(folder, nil)
		require.NoError(t, err)
		require.NotContains(t, r.Manifest, "kind: Ingress\n")
		require.NotContains(t, r.Manifest, "cert-manager.io")
		require.NotContains(t, r.Manifest, "app.kubernetes.io/name: ingress")
	}
}

func TestNamesHaveToBeGiven(t *testing.T) {
	for folder := range apps {
		_, err := render(folder, set("tls.enabled", true))
		require.ErrorContains(t, err, "global.names.env is missing: names are <app>.<env>.<cluster>.<domain>")
	}
}

// Links lead where people get in, unless they are told otherwise.
func TestLinksAreByName(t *testing.T) {
	const grafana = "https://grafana.sandbox.kind.firedrill.test/"
	for _, a := range alerts(t, wayIn(t, "monitoring")) {
		require.Contains(t, a.Annotations["dashboard_url"], grafana+"d/")
	}
	all := objects(t, wayIn(t, "monitoring"))
	require.Contains(t, find[*corev1.ConfigMap](t, all, "grafana").Data["grafana.ini"], "root_url = "+grafana+"\n")
	args := pods(all)["StatefulSet/alertmanager"].template.Spec.Containers[0].Args
	require.Contains(t, args, "--web.external-url=https://alertmanager.sandbox.kind.firedrill.test/")
	args = pods(all)["StatefulSet/prometheus"].template.Spec.Containers[0].Args
	require.Contains(t, args, "--web.external-url=https://prometheus.sandbox.kind.firedrill.test/")
	require.Contains(t, wayIn(t, "inbox").Manifest, "dashboard_url: "+grafana+"d/")

	vals := variant{chart: "monitoring", values: "monitoring/ci/values-tls.yaml"}.load(t)
	vals["rules"] = map[string]any{"dashboardBaseURL": "https://dashboards.firedrill.example/"}
	r, err := render("monitoring", vals)
	require.NoError(t, err)
	for _, a := range alerts(t, r) {
		require.Contains(t, a.Annotations["dashboard_url"], "https://dashboards.firedrill.example/d/")
	}
}
