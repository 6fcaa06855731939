DROP INDEX `events_by_start` ON `events`;--> statement-breakpoint
CREATE INDEX `events_by_start` ON `events` (`start_ms`,`event_id`);