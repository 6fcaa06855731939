CREATE TABLE `feedback` (
	`seq` bigint AUTO_INCREMENT NOT NULL,
	`feedback_id` binary(16) NOT NULL,
	`user_id` binary(16) NOT NULL,
	`event_id` binary(16) NOT NULL,
	`kind` tinyint NOT NULL,
	`occur_ms` bigint NOT NULL,
	`recommendation_id` binary(16),
	`position` smallint unsigned NOT NULL,
	CONSTRAINT `feedback_seq` PRIMARY KEY(`seq`),
	CONSTRAINT `feedback_id` UNIQUE(`feedback_id`)
) /*T![auto_id_cache] AUTO_ID_CACHE 1 */;
--> statement-breakpoint
CREATE TABLE `mirror_position` (
	`id` tinyint NOT NULL,
	`resume_token` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	CONSTRAINT `mirror_position_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
CREATE TABLE `mirrored_events` (
	`event_id` binary(16) NOT NULL,
	`city_id` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`venue_id` varchar(36) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`dj_ids` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`genres` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`organiser` varchar(120) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`start_ms` bigint NOT NULL,
	`end_ms` bigint NOT NULL,
	`time_zone` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`status` tinyint NOT NULL,
	`min_price_cents` bigint,
	`currency` varchar(3) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`updated_ms` bigint NOT NULL,
	CONSTRAINT `mirrored_events_event_id` PRIMARY KEY(`event_id`)
);
