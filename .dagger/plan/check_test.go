package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"dagger/firedrill/plan"
)

func TestCheckSaysAllThatIsWrong(t *testing.T) {
	good := plan.Request{Cache: "c", Storage: "s", Images: "auto", Name: "my-run-1", Mirror: "r", User: "me", Password: true, Archive: true, Docker: true}
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
--cache "c" and --storage "c": wanted two names that differ`)
}
