package charts_test

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"

	"firedrill/pipeline/certificates"
	"firedrill/pipeline/deploy/restart"
)

// showing are the components that show each other certificates, and their pods.
var showing = map[string]string{
	"alertmanager": "StatefulSet/alertmanager", "blackbox-exporter": "Deployment/blackbox-exporter",
	"grafana": "Deployment/grafana", "kube-state-metrics": "Deployment/kube-state-metrics",
	"loki": "StatefulSet/loki", "node-exporter": "DaemonSet/node-exporter",
	"otel-collector": "DaemonSet/otel-collector", "prometheus": "StatefulSet/prometheus",
}

func mutualMonitoring(t *testing.T) *release.Release {
	t.Helper()
	r, err := render("monitoring", set("tls.mutual", true))
	require.NoError(t, err)
	return r
}

func TestPeersHaveCertificates(t *testing.T) {
	all := objects(t, mutualMonitoring(t))
	for name, pod := range showing {
		c := certified(t, all, name+"-peer")
		require.Equal(t, name+"-peer", c.Spec.SecretName)
		require.Subset(t, c.Spec.DNSNames, []string{name, name + ".monitoring.svc"})
		require.Equal(t, []string{"digital signature", "server auth", "client auth"}, c.Spec.Usages)
		require.Equal(t, "firedrill", c.Spec.IssuerRef.Name)
		mounted := map[string]string{}
		for _, m := range pods(all)[pod].template.Spec.Containers[0].VolumeMounts {
			mounted[m.MountPath] = m.Name
		}
		secret, trust := "", ""
		for _, v := range pods(all)[pod].template.Spec.Volumes {
			switch {
			case v.Name == mounted["/etc/trust"]:
				trust = v.ConfigMap.Name
			case v.Name == mounted["/etc/peer"] && v.Secret != nil:
				secret = v.Secret.SecretName
			case v.Name == mounted["/etc/peer"]:
				secret = v.Projected.Sources[0].Secret.Name
			}
		}
		require.Equal(t, name+"-peer", secret)
		require.Equal(t, "firedrill-ca", trust, pod)
	}
}

// What is not said here stays behind when the root is changed, see docs/ingress.md.
func TestWhatIsReadAtTheStartIsSaid(t *testing.T) {
	const trust, both = certificates.ReadTrust, certificates.ReadTrust + "," + certificates.ReadCertificate
	want := map[string]string{"Deployment/grafana": both, "StatefulSet/loki": trust, "DaemonSet/otel-collector": both}
	for name, w := range pods(objects(t, mutualMonitoring(t))) {
		require.Equal(t, want[name], w.template.Annotations[restart.ReadsAtStart], name)
		delete(want, name)
	}
	require.Empty(t, want)

	acme, err := render("acme", nil)
	require.NoError(t, err)
	require.Equal(t, certificates.ReadCertificate, pods(objects(t, acme))["Deployment/acme"].template.Annotations[restart.ReadsAtStart])
}

// A job that forgets the name takes any program of ours for the one it asks.
func TestPrometheusChecksWhomItAsks(t *testing.T) {
	plain, err := render("monitoring", nil)
	require.NoError(t, err)
	config, before := scraped(t, mutualMonitoring(t)), scraped(t, plain)
	names := map[string]string{
		"probe": "blackbox-exporter", "spans": "otel-collector", "alertmanager": "alertmanager",
		"blackbox-exporter": "blackbox-exporter", "kube-state-metrics": "kube-state-metrics",
		"loki": "loki", "node-exporter": "node-exporter", "prometheus": "prometheus",
	}
	for i, job := range config.Jobs {
		if name, asked := names[job.Name]; asked {
			require.Equal(t, peerClient(name), job.Client, job.Name)
			require.Equal(t, Client{}, before.Jobs[i].Client, job.Name)
			delete(names, job.Name)
		} else {
			require.Equal(t, before.Jobs[i].Client, job.Client, job.Name)
		}
	}
	require.Empty(t, names)
	require.Equal(t, peerClient("alertmanager"), config.Alerting.Alertmanagers[0].Client)
	require.Equal(t, Client{}, before.Alerting.Alertmanagers[0].Client)
}

func peerClient(name string) Client {
	return Client{Scheme: "https", TLS: clientTLS{
		CA: "/etc/trust/ca.crt", Certificate: "/etc/peer/tls.crt", Key: "/etc/peer/tls.key", Name: name,
	}}
}

// The kubelet has no certificate: where one is required it may knock once.
func TestWhoIsAskedForACertificate(t *testing.T) {
	for name, c := range map[string]struct{ pod, argument, file string }{
		"alertmanager":       {"StatefulSet/alertmanager", "--web.config.file=/etc/peer/web.yml", "if-given.yml"},
		"prometheus":         {"StatefulSet/prometheus", "--web.config.file=/etc/peer/web.yml", "if-given.yml"},
		"blackbox-exporter":  {"Deployment/blackbox-exporter", "--web.config.file=/etc/peer/web.yml", "required.yml"},
		"kube-state-metrics": {"Deployment/kube-state-metrics", "--tls-config=/etc/peer/web.yml", "required.yml"},
		"node-exporter":      {"DaemonSet/node-exporter", "--web.config.file=/etc/peer/web.yml", "required.yml"},
	} {
		spec := pods(objects(t, mutualMonitoring(t)))[c.pod].template.Spec
		container := spec.Containers[0]
		require.Contains(t, container.Args, c.argument, name)
		for _, v := range spec.Volumes {
			if v.Name == "peer" {
				require.Equal(t, []corev1.KeyToPath{{Key: c.file, Path: "web.yml"}}, v.Projected.Sources[1].ConfigMap.Items, name)
			}
		}
		if c.file == "required.yml" {
			require.NotNil(t, container.StartupProbe.TCPSocket, name)
			require.Nil(t, container.ReadinessProbe, name)
			require.Nil(t, container.LivenessProbe, name)
		} else {
			require.Equal(t, corev1.URISchemeHTTPS, container.ReadinessProbe.HTTPGet.Scheme, name)
			require.Equal(t, corev1.URISchemeHTTPS, container.LivenessProbe.HTTPGet.Scheme, name)
		}
	}
}

func TestProgramsAcceptHowTheyTakeConnections(t *testing.T) {
	folder := t.TempDir()
	a, err := certificates.NewRoot("test", time.Now())
	require.NoError(t, err)
	key, err := x509.MarshalPKCS8PrivateKey(a.Key)
	require.NoError(t, err)
	crt := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Certificate.Raw}))
	write(t, folder, "tls.key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	write(t, folder, "tls.crt", crt)
	write(t, folder, "ca.crt", crt)
	here := strings.NewReplacer("/etc/peer", folder, "/etc/trust", folder)
	for name, text := range find[*corev1.ConfigMap](t, objects(t, mutualMonitoring(t)), "web").Data {
		promtool(t, "check", "web-config", write(t, folder, name, here.Replace(text)))
	}
}

// Grafana keeps what it reads here in its database, and shows it to each of them.
func TestGrafanaShowsItsCertificate(t *testing.T) {
	var file struct {
		DataSources []struct {
			UID, URL       string
			JSONData       map[string]any    `yaml:"jsonData"`
			SecureJSONData map[string]string `yaml:"secureJsonData"`
		} `yaml:"datasources"`
	}
	text := find[*corev1.ConfigMap](t, objects(t, mutualMonitoring(t)), "grafana").Data["datasources.yaml"]
	require.NoError(t, yaml.Unmarshal([]byte(text), &file))
	require.Len(t, file.DataSources, 3)
	for _, d := range file.DataSources {
		require.Contains(t, d.URL, "https://"+d.UID+":")
		require.Equal(t, d.UID, d.JSONData["serverName"])
		require.Equal(t, true, d.JSONData["tlsAuth"])
		require.Equal(t, true, d.JSONData["tlsAuthWithCACert"])
		require.Equal(t, map[string]string{
			"tlsCACert":     "$__file{/etc/trust/ca.crt}",
			"tlsClientCert": "$__file{/etc/peer/tls.crt}", "tlsClientKey": "$__file{/etc/peer/tls.key}",
		}, d.SecureJSONData)
	}
}

func TestWithoutMutualNobodyNeedsACertificate(t *testing.T) {
	r, err := render("monitoring", nil)
	require.NoError(t, err)
	for _, word := range []string{"/etc/peer", "/etc/trust", "kind: Certificate\n", "https://loki", "https://prometheus:", "https://alertmanager:", restart.ReadsAtStart} {
		require.NotContains(t, r.Manifest, word)
	}
}
