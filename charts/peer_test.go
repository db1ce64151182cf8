package charts_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"firedrill/internal/golden"
)

// peers are the programs that show others a certificate, by chart, each with
// whether it wants to be shown one.
var peers = map[string]map[string]bool{
	"demo":    {"api": true, "website": false},
	"inbox":   {"inbox": true},
	"ingress": {"ingress": false},
}

// mutual is a chart's objects with tls.mutual.
func mutual(t *testing.T, folder string) []runtime.Object {
	t.Helper()
	r, err := render(folder, variant{chart: folder, values: folder + "/ci/values-mutual.yaml"}.load(t))
	require.NoError(t, err)
	return objects(t, r)
}

func TestThePeerTemplateIsTheSameInEveryChart(t *testing.T) {
	text, err := os.ReadFile("demo/templates/_peer.tpl")
	require.NoError(t, err)
	for _, path := range glob(t, "*/templates/_peer.tpl") {
		golden.Equal(t, path, text)
	}
}

func TestEveryPeerHasACertificateForBothDirections(t *testing.T) {
	for folder, programs := range peers {
		all := mutual(t, folder)
		for program := range programs {
			c := certified(t, all, program+"-peer")
			require.Equal(t, folder, c.Metadata.Namespace)
			require.Equal(t, program+"-peer", c.Spec.SecretName)
			require.Equal(t, []string{"digital signature", "server auth", "client auth"}, c.Spec.Usages)
			require.Equal(t, "Always", c.Spec.PrivateKey.RotationPolicy)
			require.Equal(t, []string{program, program + "." + folder, program + "." + folder + ".svc", program + "." + folder + ".svc.cluster.local"}, c.Spec.DNSNames)
			volumes, err := json.Marshal(pods(all)["Deployment/"+program].template.Spec.Volumes)
			require.NoError(t, err)
			require.Contains(t, string(volumes), `ame":"`+program+`-peer"`)
			require.Contains(t, string(volumes), `"name":"firedrill-ca"`)
		}
	}
}

// Who signs what people are shown may be an ACME server, which signs no names that
// programs have among themselves.
func TestPeersKeepTheirIssuer(t *testing.T) {
	all := mutual(t, "demo") // its values-mutual.yaml names another issuer for people
	require.Equal(t, "firedrill-acme", certified(t, all, "website").Spec.IssuerRef.Name)
	for _, program := range []string{"api", "website"} {
		require.Equal(t, "firedrill", certified(t, all, program+"-peer").Spec.IssuerRef.Name)
	}
	for chart, program := range map[string]string{"demo": "api", "inbox": "inbox", "ingress": "ingress", "monitoring": "prometheus"} {
		r, err := render(chart, map[string]any{"tls": map[string]any{
			"mutual": true, "peerIssuer": map[string]any{"name": "own", "kind": "Issuer"},
		}})
		require.NoError(t, err)
		c := certified(t, objects(t, r), program+"-peer")
		require.Equal(t, "own", c.Spec.IssuerRef.Name, chart)
		require.Equal(t, "Issuer", c.Spec.IssuerRef.Kind, chart)
	}
}

// Whoever wants a certificate has a port for that; that for probes and metrics is
// another one. Who has a certificate is let in at the first alone.
func TestWhoWantsACertificateIsAskedAtItsOwnPort(t *testing.T) {
	for folder, programs := range peers {
		all := mutual(t, folder)
		for program, wants := range programs {
			args := pods(all)["Deployment/"+program].template.Spec.Containers[0].Args
			require.Equal(t, wants, slices.Contains(args, "-listen-tls=:8443"), program)
			require.Equal(t, folder != "ingress", slices.Contains(args, "-tls-ca=/etc/trust/ca.crt"), program)
		}
	}
	api := mutual(t, "demo")
	require.Equal(t, []int32{8443}, opened(find[*networkingv1.NetworkPolicy](t, api, "api"), "website"))
	require.Equal(t, []int32{8443}, opened(find[*networkingv1.NetworkPolicy](t, api, "api"), "ingress"))
	require.Equal(t, []int32{8080}, opened(find[*networkingv1.NetworkPolicy](t, api, "api"), "prometheus"))
	require.Len(t, find[*corev1.Service](t, api, "api").Spec.Ports, 1)
	inbox := find[*networkingv1.NetworkPolicy](t, mutual(t, "inbox"), "inbox")
	require.Equal(t, []int32{8443, 2525}, opened(inbox, "alertmanager"))
	require.Equal(t, []int32{8080, 2525}, opened(inbox, "grafana"))
}

// opened are the ports at which a policy lets a program in.
func opened(policy *networkingv1.NetworkPolicy, program string) (ports []int32) {
	for _, rule := range policy.Spec.Ingress {
		if !slices.ContainsFunc(rule.From, func(p networkingv1.NetworkPolicyPeer) bool {
			return p.PodSelector != nil && p.PodSelector.MatchLabels["app.kubernetes.io/name"] == program
		}) {
			continue
		}
		for _, p := range rule.Ports {
			ports = append(ports, p.Port.IntVal)
		}
	}
	return ports
}

func TestTheDemoAsksOverHTTPS(t *testing.T) {
	website := pods(mutual(t, "demo"))["Deployment/website"].template.Spec.Containers[0]
	require.Contains(t, website.Args, "-api-url=https://api:8443")
	require.Equal(t, "https://otel-collector.monitoring.svc:4318", website.Env[0].Value)
	r, err := render("demo", nil)
	require.NoError(t, err)
	website = pods(objects(t, r))["Deployment/website"].template.Spec.Containers[0]
	require.Contains(t, website.Args, "-api-url=http://api:8080")
	require.Equal(t, "http://otel-collector.monitoring.svc:4318", website.Env[0].Value)
}

// The controller shows its certificate to those that want one, and to no others.
func TestTheWayInGoesOnWithACertificate(t *testing.T) {
	monitoring, err := render("monitoring", map[string]any{
		"tls":    map[string]any{"enabled": true, "mutual": true},
		"global": map[string]any{"names": map[string]any{"env": "e", "cluster": "c", "domain": "d.test"}},
	})
	require.NoError(t, err)
	for folder, c := range map[string]struct {
		all  []runtime.Object
		want map[string]int32 // those that want one
		not  []string
	}{
		"demo":       {mutual(t, "demo"), map[string]int32{"api": 8443}, []string{"website"}},
		"inbox":      {mutual(t, "inbox"), nil, []string{"inbox"}},
		"monitoring": {objects(t, monitoring), map[string]int32{"prometheus": 9090, "alertmanager": 9093}, []string{"grafana"}},
	} {
		for app, port := range c.want {
			service := leadsOut(t, c.all, app)
			require.Equal(t, map[string]string{
				"traefik.ingress.kubernetes.io/service.serversscheme":    "https",
				"traefik.ingress.kubernetes.io/service.serverstransport": "peers@file",
			}, service.Annotations, app)
			require.Equal(t, port, service.Spec.Ports[0].Port)
			require.Equal(t, port, find[*networkingv1.NetworkPolicy](t, c.all, "to-"+app).Spec.Egress[0].Ports[0].Port.IntVal)
		}
		for _, app := range c.not {
			require.Empty(t, leadsOut(t, c.all, app).Annotations, "%s: %s", folder, app)
		}
	}
}

// What Traefik reads with its routes is all in one volume, whose changes it sees.
func TestTheControllerReadsItsCertificateWithItsRoutes(t *testing.T) {
	all := mutual(t, "ingress")
	data := find[*corev1.ConfigMap](t, all, "ingress").Data
	var static struct {
		Providers struct {
			File struct {
				Directory string
				Watch     bool
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(data["traefik.yaml"]), &static))
	require.True(t, static.Providers.File.Watch)
	folder := static.Providers.File.Directory
	var dynamic struct {
		HTTP struct {
			Transports map[string]struct {
				Certificates []struct {
					CertFile string `yaml:"certFile"`
					KeyFile  string `yaml:"keyFile"`
				}
				RootCAs []string `yaml:"rootCAs"`
			} `yaml:"serversTransports"`
			Middlewares map[string]any
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(data["tls.yaml"]), &dynamic))
	require.Contains(t, dynamic.HTTP.Middlewares, "hsts")
	transport := dynamic.HTTP.Transports["peers"]
	files := append(slices.Clone(transport.RootCAs), transport.Certificates[0].CertFile, transport.Certificates[0].KeyFile)

	spec := pods(all)["Deployment/ingress"].template.Spec
	var there []string
	for _, mount := range spec.Containers[0].VolumeMounts {
		if mount.MountPath != folder {
			continue
		}
		i := slices.IndexFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name })
		for _, source := range spec.Volumes[i].Projected.Sources {
			var items []corev1.KeyToPath
			if source.Secret != nil {
				items = source.Secret.Items
			} else {
				items = source.ConfigMap.Items
			}
			for _, item := range items {
				there = append(there, filepath.Join(folder, item.Path))
			}
		}
	}
	require.Subset(t, there, files)
	for _, path := range there {
		require.Contains(t, strings.TrimPrefix(path, folder+"/"), "/", "at the top Traefik would read it twice")
	}
}

// Inbox is shown a certificate, whatever the channel; others are as they were.
func TestAlertmanagerShowsInboxItsCertificate(t *testing.T) {
	vals := map[string]any{
		"tls":      map[string]any{"mutual": true},
		"channels": []any{"webhook", "mail", "slack", "teams"},
		"channel":  map[string]any{"teams": map[string]any{"url": "https://teams.example/x"}},
	}
	r, err := render("monitoring", vals)
	require.NoError(t, err)
	config := routed(t, r)
	files := tlsFiles{CA: "/etc/trust/ca.crt", Cert: "/etc/peer/tls.crt", Key: "/etc/peer/tls.key"}
	for _, name := range []string{"people", "inbox"} {
		receiver := config.receiver(t, name)
		require.Equal(t, "https://inbox.monitoring.svc:8443/webhook/alertmanager", receiver.Webhooks[0].URL)
		require.Equal(t, files, receiver.Webhooks[0].HTTP.TLS)
		require.True(t, receiver.Mails[0].RequireTLS)
		require.Equal(t, files, receiver.Mails[0].TLS)
	}
	people := config.receiver(t, "people")
	require.Equal(t, "https://inbox.monitoring.svc:8443/webhook/slack", people.Slack[0].URL)
	require.Equal(t, files, people.Slack[0].HTTP.TLS)
	require.Equal(t, "https://teams.example/x", people.Teams[0].URL)
	require.Zero(t, people.Teams[0].HTTP)
	require.Equal(t, "https://inbox.monitoring.svc:8443/webhook/heartbeat", config.receiver(t, "heartbeat").Webhooks[0].URL)

	r, err = render("monitoring", nil)
	require.NoError(t, err)
	config = routed(t, r)
	require.Equal(t, "http://inbox.monitoring.svc:8080/webhook/heartbeat", config.receiver(t, "heartbeat").Webhooks[0].URL)
	inbox := config.receiver(t, "inbox")
	require.Zero(t, inbox.Webhooks[0].HTTP)
	require.Zero(t, inbox.Mails[0].TLS)
	require.False(t, inbox.Mails[0].RequireTLS)
}

func TestWithoutMutualNobodyHasACertificate(t *testing.T) {
	for folder := range peers {
		r, err := render(folder, nil)
		require.NoError(t, err)
		require.NotContains(t, r.Manifest, "-peer")
	}
}
