package statusclient

import "strconv"

// cachetList is any list of Cachet 2.
type cachetList[T any] struct {
	Data list[T] `json:"data"`
	Meta phpObject[struct {
		Pagination phpObject[struct {
			Links phpObject[struct {
				Next string `json:"next_page"`
			}] `json:"links"`
		}] `json:"pagination"`
	}] `json:"meta"`
}

type cachet2Incident struct {
	ID          number          `json:"id"`
	ComponentID number          `json:"component_id"` // 0: none
	Name        string          `json:"name"`
	Status      number          `json:"status"`
	Visible     *number         `json:"visible"`
	Message     string          `json:"message"`
	ScheduledAt string          `json:"scheduled_at"` // 2.3; of no meaning unless status is 0
	OccurredAt  *string         `json:"occurred_at"`  // since 2.4
	CreatedAt   string          `json:"created_at"`
	UpdatedAt   string          `json:"updated_at"`
	Updates     []cachet2Update `json:"updates"` // since 2.4
	Meta        cachetMeta      `json:"meta"`    // since 2.4
}

// cachetMeta is what Candor adds to the incidents that it opens.
type cachetMeta = phpObject[struct {
	Key        looseID `json:"candor_key"`
	Components looseID `json:"candor_components"` // ids, since 2.4 knows only one component of an incident
}]

type cachet2Update struct {
	ID        number `json:"id"`
	Status    number `json:"status"`
	Message   string `json:"message"`
	CreatedAt string `json:"created_at"`
}

type cachet2Schedule struct {
	ID          number `json:"id"`
	Name        string `json:"name"`
	Message     string `json:"message"`
	Status      number `json:"status"`
	ScheduledAt string `json:"scheduled_at"`
	CreatedAt   string `json:"created_at"`
	Components  []struct {
		ID number `json:"component_id"`
	} `json:"components"`
}

type cachet2Component struct {
	ID      number  `json:"id"`
	Name    string  `json:"name"`
	Status  number  `json:"status"`
	GroupID number  `json:"group_id"`
	Enabled *number `json:"enabled"`
	Visible *number `json:"visible"` // of groups, since 2.4
}

// id is how an id looks in a Status; 0 is none.
func (n number) id() string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}
