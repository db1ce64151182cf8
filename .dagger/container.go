package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dagger/firedrill/internal/dagger"
	"dagger/firedrill/plan"
)

// as runs a command in the container with all rights, if it starts containers.
func as(privileged bool) dagger.ContainerWithExecOpts {
	return dagger.ContainerWithExecOpts{InsecureRootCapabilities: privileged}
}

// workplace is the base with the source in it and the caches. The mirror, from
// which the base may come, must answer, and the first command looks whether the
// base will do, so that nobody waits for a compiler to learn that it will not.
func (m *Firedrill) workplace(ctx context.Context, needs []string, privileged bool) (*dagger.Container, error) {
	if err := plan.Reach(ctx, m.RegistryMirror); err != nil {
		return nil, err
	}
	c, err := m.base(ctx)
	if err != nil {
		return nil, err
	}
	if err := looked(ctx, c, needs, privileged); err != nil {
		return nil, err
	}
	for _, v := range plan.Environment() {
		c = c.WithEnvVariable(v.Name, v.Value)
	}
	for _, v := range plan.Volumes(m.Cache, m.Storage, privileged) {
		opts := dagger.ContainerWithMountedCacheOpts{Sharing: dagger.CacheSharingModeShared}
		if v.Alone {
			opts.Sharing = dagger.CacheSharingModeLocked
		}
		c = c.WithMountedCache(v.Path, dag.CacheVolume(v.Name), opts)
	}
	return c.WithDirectory(plan.Work, m.Source).WithWorkdir(plan.Work), nil
}

// looked says what the base lacks, and beside it, as they change from call to call,
// the engine's rights and disk.
func looked(ctx context.Context, base *dagger.Container, needs []string, privileged bool) error {
	if privileged {
		base = base.WithEnvVariable(plan.Once, time.Now().String())
	}
	_, err := base.WithExec(plan.Look(needs, privileged), as(privileged)).Sync(ctx)
	return plan.Forbidden(err)
}

// machine is a workplace with the program in it and all that it needs to make
// clusters, or to work on the caller's, for a job and with what is given to that
// alone. What the job asks of firedrill is checked first of all.
func (m *Firedrill) machine(ctx context.Context, job plan.Job, given ...dagger.WithContainerFunc) (*dagger.Container, error) {
	all := func(c *dagger.Container) *dagger.Container {
		for _, give := range given {
			c = c.With(give)
		}
		return c
	}
	if err := errors.Join(job.Wrong(), m.lacksContent(ctx)); err != nil {
		return nil, err
	}
	o := m.options()
	privileged := o.Privileged()
	c, err := m.workplace(ctx, o.Needs(), privileged)
	if err == nil {
		c, err = m.given(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	if o.Docker {
		c = c.WithExec(plan.Answers())
	}
	if c, err = c.Sync(ctx); err != nil {
		return nil, err
	}
	program, err := m.Build(ctx)
	if err != nil {
		return nil, err
	}
	c = c.WithFile(plan.Installed, program)
	if err := m.checked(ctx, c.With(all), job); err != nil {
		return nil, err
	}
	if o.Kubeconfig {
		return c.With(all), nil
	}
	if privileged {
		c = c.WithMountedTemp(plan.State)
	}
	return c.WithExec(plan.Looked(o), as(privileged)).With(all), nil
}

// checked has firedrill say what is wrong with what it will be asked: beside the
// container that goes on, as what is given differs from job to job, and what doctor
// installs there is to be found again; and without the storage, which another run may
// have for an hour. By the run's name what was right is found again, and not told twice;
// what was wrong is asked again, as the network may have been.
func (m *Firedrill) checked(ctx context.Context, c *dagger.Container, job plan.Job) error {
	c = c.WithoutMount(plan.Storage).WithEnvVariable(plan.Once, m.Name).
		WithExec(job.Checks())
	_, err := c.Sync(ctx)
	var refused *dagger.ExecError
	if errors.As(err, &refused) {
		return plan.Refused(refused.Stderr)
	}
	return err
}

// lacksContent is an error if the source has not the content that was named.
func (m *Firedrill) lacksContent(ctx context.Context) error {
	if m.Content == "" {
		return nil
	}
	there, err := m.Source.Exists(ctx, m.Content)
	if err == nil && !there {
		err = fmt.Errorf("--content %q: the source has no such file; wanted its path in --source, such as firedrill.yaml", m.Content)
	}
	return err
}

// given has the container find what the caller handed in.
func (m *Firedrill) given(ctx context.Context, c *dagger.Container) (*dagger.Container, error) {
	if m.Pins != nil {
		c = c.WithMountedFile(plan.PathOf("pins"), m.Pins)
	}
	if m.Kubeconfig != nil {
		c = c.WithMountedSecret(plan.PathOf("kubeconfig"), m.Kubeconfig)
	}
	if m.Store != nil {
		c = c.WithMountedDirectory(plan.PathOf("store"), m.Store)
	}
	if m.Docker != nil {
		c = c.WithServiceBinding("docker", m.Docker).WithEnvVariable("DOCKER_HOST", "tcp://docker:2375")
	}
	if m.RegistryPassword == nil {
		return c, nil
	}
	password, err := m.RegistryPassword.Plaintext(ctx)
	if err != nil {
		return nil, err
	}
	login := dag.SetSecret("firedrill-login-"+plan.Host(m.RegistryMirror), plan.Login(m.RegistryMirror, m.RegistryUser, password))
	return c.WithMountedSecret(plan.PathOf("docker/config.json"), login).WithEnvVariable("DOCKER_CONFIG", plan.PathOf("docker")), nil
}
