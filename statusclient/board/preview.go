package board

import (
	"maps"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// PreviewID stands for the id that a new window or incident does not have yet.
const PreviewID = "preview"

// PreviewWindow is the board as it would be with a window: another one, or in the
// place of the one with that id. Its errors are those of CreateWindow and
// EditWindow. Nothing is changed.
func (b *Board) PreviewWindow(id string, w Window) (statusclient.Input, error) {
	now := b.previewTime()
	if id == "" {
		made, err := w.begin(now)
		if err != nil {
			return statusclient.Input{}, err
		}
		return b.with(&record{ref: ref{kindMaintenance, PreviewID}, window: made}, now), nil
	}
	old, err := b.window(id, now)
	if err != nil {
		return statusclient.Input{}, err
	}
	_, result, err := replace(old, &w, now)
	if err != nil {
		return statusclient.Input{}, err
	}
	edited := result.clone()
	return b.with(&record{ref: ref{kindMaintenance, id}, window: &edited}, now), nil
}

// PreviewIncident is the board as it would be with one more incident.
func (b *Board) PreviewIncident(d Draft) (statusclient.Input, error) {
	now := b.previewTime()
	if err := d.Validate(now); err != nil {
		return statusclient.Input{}, err
	}
	return b.with(&record{ref: ref{kindIncident, PreviewID}, incident: d.incident(now)}, now), nil
}

// PreviewUpdate is the board as it would be after an update to an incident.
func (b *Board) PreviewUpdate(id string, p UpdateDraft) (statusclient.Input, error) {
	now := b.previewTime()
	old, err := b.incident(id)
	if err != nil {
		return statusclient.Input{}, err
	}
	in := old.clone()
	if err := in.add(p, now); err != nil {
		return statusclient.Input{}, err
	}
	return b.with(&record{ref: ref{kindIncident, id}, incident: &in}, now), nil
}

func (b *Board) previewTime() time.Time { return b.now().UTC().Truncate(time.Millisecond) }

// with is the board with one record more, or another one in its place.
func (b *Board) with(r *record, now time.Time) statusclient.Input {
	r.at = now
	r.finish()
	known := b.state.Load().records
	records := make(map[ref]*record, len(known)+1)
	maps.Copy(records, known)
	records[r.ref] = r
	src := b.Input()
	src.Status = status(listed(records, now), now)
	return src
}
