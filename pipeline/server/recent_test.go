package server

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOneQuestionForAllWhoAskAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, asked := newRecent[int](), 0
		ask := func(context.Context) (int, error) { //nolint:unparam // The signature is get's.
			asked++
			time.Sleep(50 * time.Millisecond) // the bubble's clock
			return asked, nil
		}
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				value, err := r.get(t.Context(), ask)
				if value != 1 || err != nil {
					t.Errorf("got %d, %v", value, err)
				}
			})
		}
		group.Wait()
		time.Sleep(glance)
		value, err := r.get(t.Context(), ask)
		require.NoError(t, err)
		require.Equal(t, 2, value, "an old answer is no answer")
	})
}

func TestErrorsAreAskedAgain(t *testing.T) {
	r, down := newRecent[int](), errors.New("down")
	_, err := r.get(t.Context(), func(context.Context) (int, error) { return 0, down })
	require.ErrorIs(t, err, down)
	value, err := r.get(t.Context(), func(context.Context) (int, error) { return 3, nil })
	require.NoError(t, err)
	require.Equal(t, 3, value)
}

func TestWhoWaitsForAnotherGivesUpInTime(t *testing.T) {
	r := newRecent[int]()
	r.turn <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := r.get(ctx, func(context.Context) (int, error) { return 1, nil })
	require.ErrorIs(t, err, context.Canceled)
}
