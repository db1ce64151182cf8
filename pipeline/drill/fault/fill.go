package fault

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// mountPath is where the tool looks for the volume.
	mountPath = "/fill"
	// What the tool is told, which is in the name of its container too.
	filler, emptier = "fill", "empty"
)

// Fill fills a volume: that of a claim, or one of a pod that runs. Its size
// must be bounded, for others to keep theirs.
type Fill struct {
	// Namespace of the claim or the pod.
	Namespace string `yaml:"namespace" json:"namespace"`
	// Name of a PersistentVolumeClaim; give this, or pod and volume.
	Claim string `yaml:"claim,omitempty" json:"claim,omitempty"`
	// Name of a pod that runs.
	Pod string `yaml:"pod,omitempty" json:"pod,omitempty"`
	// Name of one of its volumes.
	Volume string `yaml:"volume,omitempty" json:"volume,omitempty"`
	// How full: a share such as 95%, or 100% for not a byte more.
	To string `yaml:"to" json:"to" jsonschema:"pattern=^([1-9][0-9]?|100)%$"`
}

// filled is what Undo needs to know.
type filled struct {
	Most int64 `json:"most"` // bytes that the volume is meant to have
	// UID of the pod whose volume it is: a new pod has a new volume.
	UID string `json:"uid,omitempty"`
	// Suffix of the containers: those of an earlier time stay in the pod.
	Suffix string `json:"suffix"`
	// Taking counts towards the ceiling, of a volume in memory; nil for others.
	Taking *taking `json:"taking,omitempty"`
}

// String is part of Fault.
func (f *Fill) String() string {
	if f.Claim != "" {
		return fmt.Sprintf("fill claim %s/%s to %s", f.Namespace, f.Claim, f.To)
	}
	return fmt.Sprintf("fill volume %s of Pod %s/%s to %s", f.Volume, f.Namespace, f.Pod, f.To)
}

// percent of the volume; 0 is none.
func (f *Fill) percent() int {
	if f.To == "100%" {
		return 100
	}
	return Amount{f.To}.percent()
}

// Check is part of Fault.
func (f *Fill) Check(report func(at, format string, args ...any)) {
	if f.Namespace == "" {
		report("namespace", "is missing; name the namespace of the claim or the pod")
	}
	switch {
	case f.Claim != "" && (f.Pod != "" || f.Volume != ""):
		report("claim", "is one thing too many beside pod and volume")
	case f.Claim == "" && f.Pod == "":
		report("claim", "is missing; name a PersistentVolumeClaim, or a pod and its volume")
	case f.Claim == "" && f.Volume == "":
		report("volume", "is missing; name the volume of the pod as its spec does")
	}
	if n := f.percent(); n < 1 || n > 100 {
		report("to", "is %q; give a share from 1%% to 100%%", f.To)
	}
}

// Touches is part of Fault.
func (f *Fill) Touches(ctx context.Context, c Cluster) ([]Object, error) {
	if _, err := f.Prepare(ctx, c); err != nil {
		return nil, err
	}
	return []Object{f.target()}, nil
}

func (f *Fill) target() Object {
	if f.Claim != "" {
		return Object{Kind: "PersistentVolumeClaim", Namespace: f.Namespace, Name: f.Claim, Change: "filled to " + f.To}
	}
	change := fmt.Sprintf("its volume %s is filled to %s by a container that is added", f.Volume, f.To)
	return Object{Kind: "Pod", Namespace: f.Namespace, Name: f.Pod, Change: change}
}

// Prepare is part of Fault.
func (f *Fill) Prepare(ctx context.Context, c Cluster) (json.RawMessage, error) {
	was, err := f.measure(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f, err)
	}
	if err := was.Taking.fits(ctx, c, f); err != nil {
		return nil, err
	}
	was.Suffix = suffix()
	return record(was)
}

func (f *Fill) measure(ctx context.Context, c Cluster) (filled, error) {
	if f.Claim != "" {
		most, err := claimSize(ctx, c, f.Namespace, f.Claim)
		return filled{Most: most}, err
	}
	pod, err := c.Kubernetes.CoreV1().Pods(f.Namespace).Get(ctx, f.Pod, metav1.GetOptions{})
	if err != nil {
		return filled{}, err
	}
	was := filled{UID: string(pod.UID)}
	if was.Most, err = volumeSize(ctx, c, pod, f.Volume); err == nil {
		was.Taking, err = f.taking(ctx, c, pod, was.Most)
	}
	return was, err
}

// taking is what the volume of the pod takes of the machine when it is as full as
// it shall be; nil where it is a claim's. What is behind one the cluster does not
// tell, so that it counts as a disk.
func (f *Fill) taking(ctx context.Context, c Cluster, pod *corev1.Pod, most int64) (*taking, error) {
	if !slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == f.Volume && v.EmptyDir != nil }) {
		return nil, nil //nolint:nilnil // There is none, which is no mistake.
	}
	node, err := c.Kubernetes.CoreV1().Nodes().Get(ctx, pod.Spec.NodeName, metav1.GetOptions{})
	if err != nil {
		return nil, fmt.Errorf("look for the machine under Pod %s/%s: %w", pod.Namespace, pod.Name, err)
	}
	return &taking{Machine: machineOf(*node), Resource: string(corev1.ResourceMemory), Most: most * int64(f.percent()) / 100}, nil
}

// claimSize is what a claim was given. The file system has a little more or
// less, so the tool is allowed an eighth over it.
func claimSize(ctx context.Context, c Cluster, namespace, name string) (int64, error) {
	claim, err := c.Kubernetes.CoreV1().PersistentVolumeClaims(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return 0, err
	}
	size := claim.Spec.Resources.Requests.Storage().Value()
	if given, ok := claim.Status.Capacity[corev1.ResourceStorage]; ok {
		size = given.Value()
	}
	return size + size/8, nil
}

// volumeSize is how large a volume of a pod is meant to be.
func volumeSize(ctx context.Context, c Cluster, pod *corev1.Pod, name string) (int64, error) {
	for _, v := range pod.Spec.Volumes {
		switch {
		case v.Name != name:
		case v.PersistentVolumeClaim != nil:
			return claimSize(ctx, c, pod.Namespace, v.PersistentVolumeClaim.ClaimName)
		case v.EmptyDir != nil && v.EmptyDir.Medium == corev1.StorageMediumMemory && v.EmptyDir.SizeLimit != nil:
			return v.EmptyDir.SizeLimit.Value(), nil
		default:
			return 0, fmt.Errorf("volume %s is no claim and no emptyDir in memory with a sizeLimit, so to fill it would be to fill its node", name)
		}
	}
	return 0, fmt.Errorf("the Pod has no volume %s; see kubectl -n %s get pod %s -o yaml", name, pod.Namespace, pod.Name)
}

// Set is part of Fault. It returns when the volume is full.
func (f *Fill) Set(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[filled](before)
	if err == nil {
		err = f.run(ctx, c, was, filler, fmt.Sprintf("-percent=%d", f.percent()), fmt.Sprintf("-most=%d", was.Most))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f, err)
	}
	return nil
}

// Undo is part of Fault.
func (f *Fill) Undo(ctx context.Context, c Cluster, before json.RawMessage) error {
	was, err := recall[filled](before)
	if err == nil && f.Claim != "" {
		err = endPod(ctx, c, f.Namespace, podName(filler, was))
	}
	if err == nil {
		err = f.run(ctx, c, was, emptier)
	}
	if err == nil && f.Claim == "" {
		err = podRecovers(ctx, c, f.Namespace, f.Pod)
	}
	if err != nil {
		return fmt.Errorf("empty it again: %s: %w", f, err)
	}
	return nil
}

func (f *Fill) run(ctx context.Context, c Cluster, was filled, argv ...string) error {
	if f.Claim != "" {
		return runWithClaim(ctx, c, f.Namespace, f.Claim, podName(argv[0], was), argv)
	}
	return runInPod(ctx, c, f, was, argv)
}

// podRecovers waits until a pod of that name is ready.
func podRecovers(ctx context.Context, c Cluster, namespace, name string) error {
	see := fmt.Sprintf("kubectl -n %s describe pod %s", namespace, name)
	return await(ctx, "wait for Pod "+namespace+"/"+name, see, func(ctx context.Context) (bool, string, error) {
		pod, err := c.Kubernetes.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, "", err
		}
		return isReady(*pod), fmt.Sprintf("it is %s and not ready", pod.Status.Phase), nil
	})
}
