package charts_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
)

// routeConfig is what the tests look at in alertmanager.yml.
type routeConfig struct {
	Route struct {
		Receiver  string
		GroupBy   []string `yaml:"group_by"`
		GroupWait string   `yaml:"group_wait"`
		Routes    []subroute
	}
	Receivers []receiver
}

type subroute struct {
	Receiver string
	Matchers []string
	Wait     string `yaml:"group_wait"`
	Interval string `yaml:"group_interval"`
	Repeat   string `yaml:"repeat_interval"`
}

// lasting are the routes but those by which channels are tested.
func (c routeConfig) lasting() []subroute {
	return slices.DeleteFunc(slices.Clone(c.Route.Routes), func(r subroute) bool {
		return strings.HasPrefix(r.Matchers[0], "firedrill_receiver=")
	})
}

// receiver is one of Alertmanager's, with the channels that a test looks at.
type receiver struct {
	Name     string
	Webhooks []struct {
		HTTP         httpConfig `yaml:"http_config"`
		URL          string
		SendResolved bool `yaml:"send_resolved"`
	} `yaml:"webhook_configs"`
	Mails []struct {
		To, Smarthost, HTML, Text string
		SendResolved              bool     `yaml:"send_resolved"`
		PasswordFile              string   `yaml:"auth_password_file"`
		RequireTLS                bool     `yaml:"require_tls"`
		TLS                       tlsFiles `yaml:"tls_config"`
	} `yaml:"email_configs"`
	Slack []struct {
		HTTP    httpConfig `yaml:"http_config"`
		URL     string     `yaml:"api_url"`
		URLFile string     `yaml:"api_url_file"`
	} `yaml:"slack_configs"`
	Teams []struct {
		HTTP    httpConfig `yaml:"http_config"`
		URL     string     `yaml:"webhook_url"`
		URLFile string     `yaml:"webhook_url_file"`
	} `yaml:"msteamsv2_configs"`
}

type httpConfig struct {
	TLS tlsFiles `yaml:"tls_config"`
}

type tlsFiles struct {
	CA   string `yaml:"ca_file"`
	Cert string `yaml:"cert_file"`
	Key  string `yaml:"key_file"`
}

func routed(t *testing.T, r *release.Release) routeConfig {
	t.Helper()
	text := find[*corev1.Secret](t, objects(t, r), "alertmanager").StringData["alertmanager.yml"]
	var config routeConfig
	require.NoError(t, yaml.Unmarshal([]byte(text), &config))
	return config
}

func (c routeConfig) receiver(t *testing.T, name string) receiver {
	t.Helper()
	for _, r := range c.Receivers {
		if r.Name == name {
			return r
		}
	}
	require.Fail(t, "no receiver "+name)
	return receiver{}
}

func TestAlertmanagerNotifiesByTheChannels(t *testing.T) {
	r, err := render("monitoring", nil)
	require.NoError(t, err)
	config := routed(t, r)
	require.Equal(t, "people", config.Route.Receiver)
	require.Equal(t, []string{"alertname", "namespace"}, config.Route.GroupBy)
	for _, name := range []string{"people", "inbox"} {
		receiver := config.receiver(t, name)
		require.Equal(t, "http://inbox.monitoring.svc:8080/webhook/alertmanager", receiver.Webhooks[0].URL)
		require.True(t, receiver.Webhooks[0].SendResolved)
		mail := receiver.Mails[0]
		require.Equal(t, "alertmanager@firedrill.example", mail.To)
		require.Equal(t, "inbox.monitoring.svc:2525", mail.Smarthost)
		require.True(t, mail.SendResolved)
		require.Empty(t, mail.HTML)
		for _, annotation := range []string{"summary", "runbook_url", "dashboard_url"} {
			require.Contains(t, mail.Text, ".Annotations."+annotation)
		}
	}
}

// A group is looked at once an interval: one that repeats as seldom would miss
// every other look, and the heartbeat would limp.
func TestTheHeartbeatIsRegularAndForNobodyElse(t *testing.T) {
	forEachMonitoring(t, func(t *testing.T, _ variant, r *release.Release) {
		config := routed(t, r)
		routes := config.lasting()
		require.Equal(t, []string{`alertname="Watchdog"`}, routes[0].Matchers)
		route := routes[0]
		require.Equal(t, "heartbeat", route.Receiver)
		require.Equal(t, "0s", route.Wait)
		require.Less(t, duration(t, route.Repeat), duration(t, route.Interval))
		hook := config.receiver(t, "heartbeat").Webhooks[0]
		require.Contains(t, hook.URL, "/webhook/heartbeat")
		require.False(t, hook.SendResolved, "that it has ended is no heartbeat")
	})
}

func TestDrillsAreToldToTheirReceiverOnly(t *testing.T) {
	r, err := render("monitoring", nil)
	require.NoError(t, err)
	config := routed(t, r)
	routes := config.lasting()
	require.Equal(t, []string{`drill="true"`}, routes[1].Matchers)
	require.Equal(t, "inbox", routes[1].Receiver)

	r, err = render("monitoring", set("drills.namespaces", ""))
	require.NoError(t, err)
	config = routed(t, r)
	require.Len(t, config.lasting(), 1)
	require.NotContains(t, r.Manifest, "DRILL")
}

func TestChannelsAreOneValue(t *testing.T) {
	r, err := render("monitoring", set("channels", []any{"teams", "slack"}))
	require.NoError(t, err)
	people := routed(t, r).receiver(t, "people")
	require.Empty(t, people.Webhooks)
	require.Empty(t, people.Mails)
	require.Equal(t, "http://inbox.monitoring.svc:8080/webhook/slack", people.Slack[0].URL)
	require.Equal(t, "http://inbox.monitoring.svc:8080/webhook/teams", people.Teams[0].URL)
	var types []string
	for _, receiver := range contacts(t, r).ContactPoints[0].Receivers {
		types = append(types, receiver.Type)
	}
	require.Equal(t, []string{"teams", "slack"}, types)
}

// An address that is as good as a password is in a Secret of the user's, and in
// files of the two pods that notify.
func TestSecretsOfChannelsAreFiles(t *testing.T) {
	r, err := render("monitoring", variant{chart: "monitoring", values: "monitoring/ci/values-everything.yaml"}.load(t))
	require.NoError(t, err)
	people := routed(t, r).receiver(t, "people")
	require.Equal(t, "/etc/channels/slack/url", people.Slack[0].URLFile)
	require.Equal(t, "/etc/channels/teams/url", people.Teams[0].URLFile)
	require.Equal(t, "/etc/channels/mail/password", people.Mails[0].PasswordFile)
	require.Contains(t, find[*corev1.ConfigMap](t, objects(t, r), "grafana").Data["grafana.ini"], "\npassword = $__file{/etc/channels/mail/password}\n")
	require.Equal(t, "$__file{/etc/channels/slack/url}", contacts(t, r).ContactPoints[0].Receivers[2].Settings["url"])

	for _, workload := range []string{"StatefulSet/alertmanager", "Deployment/grafana"} {
		paths := map[string]string{}
		for _, v := range pods(objects(t, r))[workload].template.Spec.Volumes {
			if v.Name == "channels" {
				for _, source := range v.Projected.Sources {
					paths[source.Secret.Items[0].Path] = source.Secret.Name + "/" + source.Secret.Items[0].Key
				}
			}
		}
		require.Equal(t, map[string]string{"mail/password": "mail/password", "slack/url": "slack/url", "teams/url": "teams/url"}, paths)
	}
}
