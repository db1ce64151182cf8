package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

func TestCheckSaysAllThatIsWrong(t *testing.T) {
	good := plan.Request{Cache: "c", Storage: "s", Images: "auto", Name: "my-run-1", Mirror: "r.example", User: "me", Password: true, Archive: true, Docker: true}
	require.NoError(t, plan.Check(good))

	err := plan.Check(plan.Request{
		Images: "somewhere", Name: "My run", Password: true, Base: true, Archive: true, Docker: true, Kubeconfig: true, Cache: "c", Storage: "c",
	})
	require.EqualError(t, err, `--images "somewhere" is unknown: choose auto, registry, source
--name "My run": wanted at most 40 lower case letters, digits and '-', such as my-run-1
--registry-user and --registry-password go together: give both or neither
--registry-password is for --registry-mirror, which is missing
--base and --base-archive are two containers to work in: choose
--docker is to make a cluster on, --kubeconfig a cluster that there is: choose
--cache "c" and --storage "c": wanted two names that differ, and not by -runs, which is for the runs of the storage`)
	require.Error(t, plan.Check(plan.Request{Cache: "s-runs", Storage: "s"}))
}

func TestAMirrorIsNoPathOnDockerHub(t *testing.T) {
	for mirror, host := range map[string]string{"nexus": "nexus", "nexus/mirror.d": "nexus", "localhost": "localhost"} {
		err := plan.Check(plan.Request{Cache: "c", Storage: "s", Mirror: mirror})
		require.ErrorContains(t, err, host+" would be taken for a path on Docker Hub: give its port, such as "+host+":443, or its full name")
	}
}

func TestAMirrorIsNoURL(t *testing.T) {
	for mirror, right := range map[string]bool{
		"r.example": true, "localhost:5000": true, "10.0.0.1:5000/a/b-c__d": true, "[::1]:5000/m": true, "": true,
		"https://r.example": false, "r.example/": false, "r.example/m/": false, "r.example:http": false,
		"r.example/Mirror": false, "me@r.example": false, "r example": false, "/m": false,
	} {
		err := plan.Check(plan.Request{Cache: "c", Storage: "s", Mirror: mirror})
		if right {
			require.NoError(t, err, mirror)
			continue
		}
		require.ErrorContains(t, err, "wanted HOST[:PORT][/PREFIX], such as registry.example.com:5000/mirror", mirror)
	}
}
