package certificates

import (
	"context"
	"crypto/x509"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// store reads and writes what of this package is in the cluster. Its errors name
// objects and never quote what is in them.
type store struct {
	client kubernetes.Interface
	labels map[string]string
}

// secret is nil if it is not there.
func (s store) secret(ctx context.Context, namespace, name string) (*corev1.Secret, error) {
	found, err := s.client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look for Secret %s/%s: %w", namespace, name, err)
	}
	return found, nil
}

func (s store) putSecret(ctx context.Context, namespace, name string, kind corev1.SecretType, data map[string][]byte) error {
	secrets := s.client.CoreV1().Secrets(namespace)
	there, err := s.secret(ctx, namespace, name)
	if err != nil {
		return err
	}
	if there != nil {
		there.Data = data
		_, err = secrets.Update(ctx, there, metav1.UpdateOptions{})
	} else {
		wanted := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: s.labels}, Type: kind, Data: data}
		_, err = secrets.Create(ctx, wanted, metav1.CreateOptions{})
	}
	if err != nil {
		return fmt.Errorf("write Secret %s/%s: %w", namespace, name, err)
	}
	return nil
}

// bundle is what a namespace is told to trust; nothing if it is told nothing.
func (s store) bundle(ctx context.Context, namespace, name string) ([]*x509.Certificate, error) {
	found, err := s.client.CoreV1().ConfigMaps(namespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look for ConfigMap %s/%s: %w", namespace, name, err)
	}
	all, err := Parse([]byte(found.Data[BundleKey]))
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s/%s: its %s: %w; delete it and deploy again", namespace, name, BundleKey, err)
	}
	return all, nil
}

func (s store) putBundle(ctx context.Context, namespace, name string, all []*x509.Certificate) error {
	maps := s.client.CoreV1().ConfigMaps(namespace)
	wanted := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: s.labels}, Data: map[string]string{BundleKey: string(pemOf(all...))},
	}
	_, err := maps.Create(ctx, wanted, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		_, err = maps.Update(ctx, wanted, metav1.UpdateOptions{})
	}
	if err != nil {
		return fmt.Errorf("write ConfigMap %s/%s: %w", namespace, name, err)
	}
	return nil
}
