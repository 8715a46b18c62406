package bench

import (
	"context"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// bulkFigures are samples of one size of files, taken in turns.
type bulkFigures struct {
	ours, bare, defaults, tls      Samples // MB/s
	oursCPU, bareCPU, tlsCPU, hash Samples // s/GB
	peak                           Samples // MiB
}

// sample sends a file once over everything.
func (f *bulkFigures) sample(ctx context.Context, room *fileRoom, path string, bytes int) error {
	for _, way := range []struct {
		speed, cpu, peak *Samples
		run              func() (time.Duration, error)
	}{
		{&f.ours, &f.oursCPU, &f.peak, func() (time.Duration, error) { return room.send(ctx, path) }},
		{&f.bare, &f.bareCPU, nil, func() (time.Duration, error) { return bareBulk(ctx, roomyPlace, bytes) }},
		{&f.defaults, nil, nil, func() (time.Duration, error) { return bareBulk(ctx, openPlace, bytes) }},
		{&f.tls, &f.tlsCPU, nil, func() (time.Duration, error) { return tlsBulk(ctx, bytes) }},
	} {
		runtime.GC() // of what was before
		watch := watchHeap()
		before := processorTime()
		took, err := way.run()
		used := processorTime() - before
		peak := watch()
		if err != nil {
			return err
		}
		*way.speed = append(*way.speed, speed(bytes, took))
		if way.cpu != nil {
			*way.cpu = append(*way.cpu, used.Seconds()/gigabytes(bytes))
		}
		if way.peak != nil {
			*way.peak = append(*way.peak, peak)
		}
	}
	f.hash = append(f.hash, room.hashed.Seconds()/gigabytes(bytes))
	return nil
}

// rows hold a size to bare channels, and its memory to that of the smallest.
func (f *bulkFigures) rows(name string, leastHeap float64) []Row {
	rows := []Row{
		speedRow(name, "beside a bare channel", f.ours, f.bare, minFileSpeed),
		speedRow(name, "beside a bare channel with the system's sockets", f.ours, f.defaults, 0),
		speedRow(name, "beside TLS", f.ours, f.tls, 0),
		ratioRow(name, "reading it before", "s/GB", f.hash, nil, 0),
		inUnit("MiB", countRow(name, "memory, at most", f.peak, maxHeapRatio*leastHeap)),
	}
	if f.oursCPU.Median() == 0 { // not known on this system
		return rows
	}
	return append(rows,
		ratioRow(name, "processors, beside a bare channel", "s/GB", f.oursCPU, f.bareCPU, 0),
		ratioRow(name, "processors, beside TLS", "s/GB", f.oursCPU, f.tlsCPU, 0))
}

// speedRow is ratioRow where more is better. least 0 means that there is no target.
func speedRow(name, metric string, ours, baseline Samples, least float64) Row {
	r := ratioRow(name, metric, "MB/s", ours, baseline, 0)
	r.P95 = ours.Quantile(0.05) // the slow ones
	if least > 0 {
		r.Target, r.OK = "≥ "+number(least)+" × baseline", r.Ratio >= least
	}
	return r
}

func speed(bytes int, took time.Duration) float64 { return float64(bytes) / 1e6 / took.Seconds() }

func gigabytes(bytes int) float64 { return float64(bytes) / 1e9 }

// watchHeap looks at this process's heap until what it gives is called, which gives the most that it saw, in MiB.
func watchHeap() func() float64 {
	stop := make(chan struct{})
	var peak float64
	var watching sync.WaitGroup
	watching.Go(func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			metrics.Read(sample)
			peak = max(peak, float64(sample[0].Value.Uint64())/mib)
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	})
	return func() float64 {
		close(stop)
		watching.Wait()
		return peak
	}
}
