CREATE TABLE `change_counter` (
	`id` int NOT NULL,
	`value` bigint NOT NULL,
	`epoch` char(36) character set ascii collate ascii_bin NOT NULL,
	CONSTRAINT `change_counter_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `event_djs` (
	`dj_id` char(36) character set ascii collate ascii_bin NOT NULL,
	`event_id` char(36) character set ascii collate ascii_bin NOT NULL,
	CONSTRAINT `event_djs_dj_id_event_id_pk` PRIMARY KEY(`dj_id`,`event_id`)
);
--> statement-breakpoint
CREATE TABLE `event_genres` (
	`genre` varchar(120) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`event_id` char(36) character set ascii collate ascii_bin NOT NULL,
	CONSTRAINT `event_genres_genre_event_id_pk` PRIMARY KEY(`genre`,`event_id`)
);
--> statement-breakpoint
CREATE TABLE `events` (
	`event_id` char(36) character set ascii collate ascii_bin NOT NULL,
	`title` varchar(300) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`description` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`start_ms` bigint NOT NULL,
	`end_ms` bigint NOT NULL,
	`time_zone` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`city_id` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`venue_id` varchar(36) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`dj_ids` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`genres` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`min_price_cents` int,
	`currency` varchar(3) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`url` varchar(1000) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`status` enum('scheduled','cancelled','postponed') NOT NULL,
	`source_name` varchar(40) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`external_id` varchar(160) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`attribution` varchar(300) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`original_start_ms` bigint,
	`organiser` varchar(120) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`update_ms` bigint NOT NULL,
	`withdrawn` boolean NOT NULL DEFAULT false,
	`content_hash` char(32) character set ascii collate ascii_bin NOT NULL,
	`search_text` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`change_number` bigint NOT NULL,
	CONSTRAINT `events_event_id` PRIMARY KEY(`event_id`)
);
--> statement-breakpoint
CREATE INDEX `event_djs_by_event` ON `event_djs` (`event_id`);--> statement-breakpoint
CREATE INDEX `event_genres_by_event` ON `event_genres` (`event_id`);--> statement-breakpoint
CREATE INDEX `events_by_city` ON `events` (`city_id`,`status`,`start_ms`,`event_id`);--> statement-breakpoint
CREATE INDEX `events_by_start` ON `events` (`status`,`start_ms`,`event_id`);--> statement-breakpoint
CREATE INDEX `events_by_venue` ON `events` (`venue_id`,`status`,`start_ms`,`event_id`);--> statement-breakpoint
CREATE INDEX `events_by_change` ON `events` (`change_number`);