package charts_test

import (
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

// traefik is what the tests look at in the controller's configuration.
type traefik struct {
	EntryPoints map[string]struct {
		Address string
		HTTP    struct {
			Middlewares  []string
			Redirections struct {
				EntryPoint struct {
					To, Scheme string
					Permanent  bool
				} `yaml:"entryPoint"`
			}
		}
	} `yaml:"entryPoints"`
	Providers struct {
		Ingress struct {
			Namespaces   []string
			IngressClass string `yaml:"ingressClass"`
			NoCluster    bool   `yaml:"disableClusterScopeResources"`
		} `yaml:"kubernetesIngress"`
	}
	API *struct{ Insecure, Dashboard bool }
}

// traefikTLS is the part that is read with the routes.
type traefikTLS struct {
	TLS struct {
		Options map[string]struct {
			MinVersion   string   `yaml:"minVersion"`
			CipherSuites []string `yaml:"cipherSuites"`
		}
	}
	HTTP struct {
		Middlewares map[string]any
	}
}

func controller(t *testing.T, vals map[string]any) (static traefik, dynamic traefikTLS) {
	t.Helper()
	r, err := render("ingress", vals)
	require.NoError(t, err)
	data := find[*corev1.ConfigMap](t, objects(t, r), "ingress").Data
	require.NoError(t, yaml.Unmarshal([]byte(data["traefik.yaml"]), &static))
	require.NoError(t, yaml.Unmarshal([]byte(data["tls.yaml"]), &dynamic))
	return static, dynamic
}

func TestTheControllerSpeaksNothingOld(t *testing.T) {
	static, dynamic := controller(t, nil)
	require.Equal(t, "VersionTLS12", dynamic.TLS.Options["default"].MinVersion)
	require.NotEmpty(t, dynamic.TLS.Options["default"].CipherSuites)
	plain := static.EntryPoints["http"].HTTP.Redirections.EntryPoint
	require.Equal(t, ":443", plain.To)
	require.Equal(t, "https", plain.Scheme)
	require.Equal(t, []string{"hsts@file"}, static.EntryPoints["https"].HTTP.Middlewares)
	require.Contains(t, dynamic.HTTP.Middlewares, "hsts")
	require.False(t, static.API.Insecure)
	require.False(t, static.API.Dashboard)

	for _, old := range []any{"VersionTLS10", "VersionTLS11", ""} {
		_, err := render("ingress", set("tls.minVersion", old))
		require.ErrorContains(t, err, "minVersion")
	}
	for _, weak := range []string{"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"} {
		_, err := render("ingress", set("tls.cipherSuites", []any{weak}))
		require.ErrorContains(t, err, "cipherSuites")
	}
}

func TestWhatIsNotAskedForIsNotThere(t *testing.T) {
	static, dynamic := controller(t, set("tls.hstsSeconds", 0))
	require.Empty(t, static.EntryPoints["https"].HTTP.Middlewares)
	require.Empty(t, dynamic.HTTP.Middlewares)
	_, dynamic = controller(t, set("basicAuth.secret", "users"))
	require.Contains(t, dynamic.HTTP.Middlewares, "users")
}

// It reads its own namespace, and asks for no more than it may.
func TestTheControllerReadsItsOwnNamespaceOnly(t *testing.T) {
	static, _ := controller(t, nil)
	require.Equal(t, []string{"ingress"}, static.Providers.Ingress.Namespaces)
	require.True(t, static.Providers.Ingress.NoCluster)
	r, err := render("ingress", nil)
	require.NoError(t, err)
	for _, object := range objects(t, r) {
		_, everywhere := object.(*rbacv1.ClusterRole)
		_, bound := object.(*rbacv1.ClusterRoleBinding)
		require.False(t, everywhere || bound, "it has a right in all namespaces")
	}
}

// A pod that is kept from an app must not get there through the controller.
func TestTheWayInIsForThoseOutside(t *testing.T) {
	r, err := render("ingress", nil)
	require.NoError(t, err)
	policy := find[*networkingv1.NetworkPolicy](t, objects(t, r), "ingress")
	var namespaces []string
	for _, from := range policy.Spec.Ingress[0].From {
		if from.IPBlock != nil {
			require.Equal(t, []string{"10.244.0.0/16"}, from.IPBlock.Except)
			continue
		}
		require.NotEmpty(t, from.NamespaceSelector.MatchLabels, "all pods are let in")
		namespaces = append(namespaces, from.NamespaceSelector.MatchLabels["kubernetes.io/metadata.name"])
	}
	require.Equal(t, []string{"acme", "cert-manager"}, namespaces)
}
