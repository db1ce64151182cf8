package ready

import (
	"errors"
	"fmt"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

var errNoAnswer = errors.New("none, the API server has not answered yet")

// state is how an object that is not ready was last seen.
type state struct {
	Object
	uid types.UID
	// message is kstatus's, such as "Ready: 0/1".
	message string
	// failed is set when kstatus says that the object has failed for good.
	failed bool
	pods   []*corev1.Pod
}

// waiting returns the objects that are not ready yet, in the order given.
func (v *view) waiting(objects []Object) []state {
	var all []state
	for _, o := range objects {
		if o.settled() {
			continue
		}
		if s, ready := v.state(o); !ready {
			all = append(all, s)
		}
	}
	return all
}

func (v *view) state(o Object) (_ state, ready bool) {
	u := v.get(o)
	if u == nil {
		return state{Object: o, message: "not found in the cluster"}, false
	}
	s := state{Object: o, uid: u.GetUID()}
	if awaitsAuthority(u) {
		s.message = "nobody has told it yet by which authority its webhooks are known"
		return s, false
	}
	if unseen(u) {
		s.message = "cert-manager has not said yet whether it is ready"
		return s, false
	}
	result, err := status.Compute(u)
	switch {
	case err != nil:
		s.message = fmt.Sprintf("its status cannot be read: %v", err)
	case result.Status == status.CurrentStatus:
		return s, true
	default:
		s.message = result.Message
		s.failed = result.Status == status.FailedStatus && !alivePod(u)
	}
	s.pods = v.podsOf(s)
	return s, false
}

// alivePod tells whether u is a pod that has not ended. kstatus calls a pod
// failed when it is back in a crash loop once or unschedulable for a moment;
// for the pods of a Deployment and for a pod by itself the same Rules hold.
func alivePod(u *unstructured.Unstructured) bool {
	phase, _, _ := unstructured.NestedString(u.Object, "status", "phase")
	return u.GetKind() == "Pod" && phase != string(corev1.PodFailed)
}
