package secrets

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"

	"firedrill/pipeline/event"
)

// writeWithin bounds how long writing all Secrets takes.
const writeWithin = 10 * time.Minute

// writeAgain writes every Secret as it is: the API server stores one again that
// is not encrypted with the first key. The old key must stay if one is left.
func (o Options) writeAgain(ctx context.Context, task *event.Task) error {
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	list := pager.New(func(ctx context.Context, page metav1.ListOptions) (runtime.Object, error) {
		return o.Client.CoreV1().Secrets("").List(ctx, page)
	})
	written := 0
	var errs []error
	err := list.EachListItem(ctx, metav1.ListOptions{}, func(item runtime.Object) error {
		secret, isSecret := item.(*corev1.Secret)
		if !isSecret {
			return fmt.Errorf("the API server lists a %T among Secrets", item)
		}
		if err := o.write(ctx, secret); err != nil {
			errs = append(errs, err)
			return nil // the others can be written all the same
		}
		written++
		task.Progress(fmt.Sprintf("%d written again", written))
		return nil
	})
	if err != nil {
		errs = append(errs, fmt.Errorf("list all Secrets: %w", err))
	}
	return errors.Join(errs...)
}

// write leaves a Secret alone that somebody else has written or deleted since it
// was listed: the new key was in use by then.
func (o Options) write(ctx context.Context, s *corev1.Secret) error {
	_, err := o.Client.CoreV1().Secrets(s.Namespace).Update(ctx, s, metav1.UpdateOptions{})
	if err == nil || apierrors.IsConflict(err) || apierrors.IsNotFound(err) {
		return nil
	}
	return fmt.Errorf("write the Secret %s/%s again: %w", s.Namespace, s.Name, err)
}
