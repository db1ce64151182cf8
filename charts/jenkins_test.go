package charts_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
)

func forEachJenkins(t *testing.T, test func(t *testing.T, r *release.Release)) {
	forEachVariant(t, func(t *testing.T, v variant, r *release.Release) {
		if v.chart == "jenkins" {
			test(t, r)
		}
	})
}

// jenkinsConfig is what the tests look at in Jenkins' configuration as code.
type jenkinsConfig struct {
	Jenkins struct {
		NumExecutors  int `yaml:"numExecutors"`
		SecurityRealm struct {
			Local struct {
				AllowsSignup bool `yaml:"allowsSignup"`
				Users        []struct{ ID, Password string }
			}
		} `yaml:"securityRealm"`
		AuthorizationStrategy map[string]struct {
			AllowAnonymousRead bool `yaml:"allowAnonymousRead"`
		} `yaml:"authorizationStrategy"`
		Clouds []map[string]struct{ Namespace, JenkinsURL string }
	}
	Jobs []struct{ Script string }
}

func configOf(t *testing.T, r *release.Release) jenkinsConfig {
	t.Helper()
	var c jenkinsConfig
	text := find[*corev1.ConfigMap](t, objects(t, r), "jenkins").Data["jenkins.yaml"]
	require.NoError(t, yaml.Unmarshal([]byte(text), &c), text)
	return c
}

func TestJenkinsLetsNobodyInUnasked(t *testing.T) {
	forEachJenkins(t, func(t *testing.T, r *release.Release) {
		c := configOf(t, r).Jenkins
		require.False(t, c.SecurityRealm.Local.AllowsSignup)
		require.Len(t, c.SecurityRealm.Local.Users, 1)
		require.Len(t, c.AuthorizationStrategy, 1)
		require.False(t, c.AuthorizationStrategy["loggedInUsersCanDoAnything"].AllowAnonymousRead)
		require.Zero(t, c.NumExecutors, "jobs would run as Jenkins itself")
		// Both are files of the Secret; the ConfigMap has neither.
		admin := find[*corev1.Secret](t, objects(t, r), "jenkins")
		for _, value := range []string{c.SecurityRealm.Local.Users[0].ID, c.SecurityRealm.Local.Users[0].Password} {
			require.Contains(t, admin.Data, strings.Trim(value, "${}"))
		}
		require.Len(t, admin.Data["admin-password"], 32)
	})
}

func TestJenkinsKeepsItsPassword(t *testing.T) {
	const template = "controller/admin.yaml"
	first, second := upgradeOf[*corev1.Secret](t, "jenkins", template), upgradeOf[*corev1.Secret](t, "jenkins", template)
	require.NotEqual(t, first.Data, second.Data, "the same for everybody")
	kept := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "jenkins", Namespace: "jenkins"},
		Data:       map[string][]byte{"admin-user": []byte("me"), "admin-password": []byte("mine")},
	}
	require.Equal(t, kept.Data, upgradeOf[*corev1.Secret](t, "jenkins", template, kept).Data)
}

func TestTheSeededJobRunsTheJenkinsfile(t *testing.T) {
	r, err := render("jenkins", set("job.repository", "https://git.example.com/firedrill.git"))
	require.NoError(t, err)
	jobs := configOf(t, r).Jobs
	require.Len(t, jobs, 1)
	require.Contains(t, jobs[0].Script, "url('https://git.example.com/firedrill.git')")
	require.Contains(t, jobs[0].Script, "branch('main')")
	require.Contains(t, jobs[0].Script, "scriptPath('Jenkinsfile')")

	r, err = render("jenkins", nil)
	require.NoError(t, err)
	require.Empty(t, configOf(t, r).Jobs, "a job without a repository")
}

// The pod in the Jenkinsfile has names of what this chart makes.
func TestTheJenkinsfileFindsWhatTheChartMakes(t *testing.T) {
	text, err := os.ReadFile("../Jenkinsfile")
	require.NoError(t, err)
	for _, name := range []string{
		"serviceAccountName: jenkins-agent", "configMap: {name: jenkins-agent}", "value: /etc/firedrill/kubeconfig",
		"app.kubernetes.io/name: jenkins-agent", "env.FIREDRILL_AGENT", "--against own-cluster ",
	} {
		require.Contains(t, string(text), name)
	}
	r, err := render("jenkins", nil)
	require.NoError(t, err)
	find[*corev1.ServiceAccount](t, objects(t, r), "jenkins-agent")
	require.Contains(t, find[*corev1.ConfigMap](t, objects(t, r), "jenkins-agent").Data, "kubeconfig")
	require.Contains(t, find[*corev1.ConfigMap](t, objects(t, r), "jenkins").Data["jenkins.yaml"], "key: FIREDRILL_AGENT\n            value: own-cluster")
}

func TestTheAgentsKubeconfigHoldsNoSecret(t *testing.T) {
	r, err := render("jenkins", nil)
	require.NoError(t, err)
	text := find[*corev1.ConfigMap](t, objects(t, r), "jenkins-agent").Data["kubeconfig"]
	config, err := clientcmd.Load([]byte(text))
	require.NoError(t, err)
	const account = "/var/run/secrets/kubernetes.io/serviceaccount/"
	user, cluster := config.AuthInfos["jenkins-agent"], config.Clusters["own-cluster"]
	require.Equal(t, account+"ca.crt", cluster.CertificateAuthority)
	require.Contains(t, config.Contexts, "own-cluster")
	cluster.CertificateAuthority = "" // is a file of a pod
	require.NoError(t, clientcmd.ConfirmUsable(*config, ""))
	require.Equal(t, account+"token", user.TokenFile)
	require.Empty(t, user.Token+user.Password)
	require.Empty(t, user.ClientKeyData)
	require.False(t, cluster.InsecureSkipTLSVerify)
}

// What Jenkins fetches is what was chosen: a plugin without a version is
// another one tomorrow.
func TestPluginsHaveVersions(t *testing.T) {
	r, err := render("jenkins", nil)
	require.NoError(t, err)
	plugins := strings.Fields(find[*corev1.ConfigMap](t, objects(t, r), "jenkins").Data["plugins.txt"])
	require.True(t, slices.IsSorted(plugins))
	for _, plugin := range plugins {
		require.Regexp(t, `^[a-z-]+:\d[\w.]*$`, plugin)
	}
	for _, bad := range []string{"git", "git:latest", "git: 5"} {
		_, err := render("jenkins", set("plugins.list", []any{bad}))
		require.ErrorContains(t, err, "values don't meet the specifications of the schema", bad)
	}
}
