package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
)

const (
	mib = 1 << 20
	// minFileSpeed is how fast files are at least, beside a bare channel.
	minFileSpeed = 0.9
	// maxManyRatio is what a file to five may take, beside one to one.
	maxManyRatio = 1.5
	// maxHeapRatio is what a file sixteen times as large may take of memory.
	maxHeapRatio = 1.5

	// fileUplink is what leaves a member's home where the uplink counts, in bytes a second: 40 Mbit/s.
	fileUplink = 5_000_000
	// fileLoss is how many packets are lost in bad weather, in each direction, and fileAway how long the others take.
	fileLoss, fileAway = 2, 25 * time.Millisecond

	uplinkMiB, weatherMiB = 32, 4
)

// files measures what files take: from peer to peer over loopback, beside bare channels and TLS; to many over uplinks
// as homes have; and over a long way that loses packets.
func (m *measuring) files(ctx context.Context) (_ []Row, err error) {
	folder, err := os.MkdirTemp("", "parley-bench-*")
	if err != nil {
		return nil, fmt.Errorf("bench: files: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	few := max(3, m.Runs/5)
	sizes := []fileSize{{64, m.Runs}, {256, few}, {1024, 1}}
	if m.Long {
		sizes[2].runs = 3
		sizes = append(sizes, fileSize{4096, 1})
	}
	rows, err := m.filesAlone(ctx, folder, sizes)
	if err != nil {
		return nil, err
	}
	weather, err := m.filesInWeather(ctx, folder, few)
	if err != nil {
		return nil, err
	}
	many, err := m.filesToMany(ctx, folder, few)
	return slices.Concat(rows, weather, many), err
}

// fileSize is how often a file of so many MiB is sent.
type fileSize struct{ mib, runs int }

func (s fileSize) name() string {
	if s.mib >= 1024 {
		return strconv.Itoa(s.mib/1024) + " GiB"
	}
	return strconv.Itoa(s.mib) + " MiB"
}

// filesAlone is one to one on loopback.
func (m *measuring) filesAlone(ctx context.Context, folder string, sizes []fileSize) ([]Row, error) {
	room, err := newFileRoom(ctx, 2, openPlace)
	if err != nil {
		return nil, err
	}
	defer room.close()
	var rows []Row
	var least float64 // memory with the smallest file
	for _, size := range sizes {
		m.progress(fmt.Sprintf("files: %d times %s, beside bare channels and TLS", size.runs, size.name()))
		path, err := randomFile(folder, size.mib*mib)
		if err != nil {
			return nil, err
		}
		var f bulkFigures
		for range size.runs {
			if err := f.sample(ctx, room, path, size.mib*mib); err != nil {
				return nil, err
			}
		}
		if least == 0 {
			least = f.peak.Median()
		}
		rows = append(rows, f.rows(size.name(), least)...)
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("bench: files: %w", err)
		}
	}
	return rows, nil
}

// filesInWeather is one to one over a long way that loses packets.
func (m *measuring) filesInWeather(ctx context.Context, folder string, runs int) ([]Row, error) {
	m.progress(fmt.Sprintf("files: %d times %d MiB over 50 ms and 2 %% of loss", runs, weatherMiB))
	away, err := newWeather(fileAway, fileLoss)
	if err != nil {
		return nil, err
	}
	defer away.close()
	room, err := newFileRoom(ctx, 2, away.place)
	if err != nil {
		return nil, err
	}
	defer room.close()
	path, err := randomFile(folder, weatherMiB*mib)
	if err != nil {
		return nil, err
	}
	var ours, bare Samples
	for range runs {
		took, err := room.send(ctx, path)
		if err != nil {
			return nil, err
		}
		ours = append(ours, speed(weatherMiB*mib, took))
		if took, err = bareBulk(ctx, away.place, weatherMiB*mib); err != nil {
			return nil, err
		}
		bare = append(bare, speed(weatherMiB*mib, took))
	}
	return []Row{speedRow("4 MiB, 50 ms, 2 % lost", "beside a bare channel", ours, bare, minFileSpeed)}, nil
}

// filesToMany holds a file to five to a file to one; each has an uplink as homes have.
func (m *measuring) filesToMany(ctx context.Context, folder string, runs int) ([]Row, error) {
	path, err := randomFile(folder, uplinkMiB*mib)
	if err != nil {
		return nil, err
	}
	var took, sent [2]Samples
	for i, others := range []int{1, 5} {
		m.progress(fmt.Sprintf("files: %d times %d MiB to %d over 40 Mbit/s", runs, uplinkMiB, others))
		if took[i], sent[i], err = toMany(ctx, path, uplinkMiB*mib, others, runs); err != nil {
			return nil, err
		}
	}
	const name = "32 MiB, all with 40 Mbit/s up"
	return []Row{
		ratioRow(name, "until five have it, beside one", "s", took[1], took[0], maxManyRatio),
		inUnit("×", countRow(name, "the sender's packets, to one, of the file", sent[0], 0)),
		inUnit("×", countRow(name, "the sender's packets, to five, of the file", sent[1], 0)),
	}, nil
}

// toMany sends a file again and again to so many, and tells how long it took in seconds, and how many times its size
// left the sender.
func toMany(ctx context.Context, path string, bytes, others, runs int) (took, sent Samples, err error) {
	home, err := newHomes(liveAway, fileUplink)
	if err != nil {
		return nil, nil, err
	}
	defer home.close()
	room, err := newFileRoom(ctx, 1+others, home.place)
	if err != nil {
		return nil, nil, err
	}
	defer room.close()
	for range runs {
		before := home.uplinks[0].sent.Load()
		d, err := room.send(ctx, path)
		if err != nil {
			return nil, nil, err
		}
		took = append(took, d.Seconds())
		sent = append(sent, float64(home.uplinks[0].sent.Load()-before)/float64(bytes))
	}
	return took, sent, nil
}
