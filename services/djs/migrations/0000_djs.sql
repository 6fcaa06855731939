CREATE TABLE `dj_genres` (
	`genre` varchar(120) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`dj_id` char(36) character set ascii collate ascii_bin NOT NULL,
	CONSTRAINT `dj_genres_genre_dj_id_pk` PRIMARY KEY(`genre`,`dj_id`)
);
--> statement-breakpoint
CREATE TABLE `djs` (
	`dj_id` char(36) character set ascii collate ascii_bin NOT NULL,
	`name` varchar(200) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`kind` varchar(60) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`genres` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`url` varchar(1000) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`source_name` varchar(40) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`external_id` varchar(160) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`attribution` varchar(300) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`update_ms` bigint NOT NULL,
	`content_hash` char(32) character set ascii collate ascii_bin NOT NULL,
	`name_key` varchar(600) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`search_text` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	CONSTRAINT `djs_dj_id` PRIMARY KEY(`dj_id`)
);
--> statement-breakpoint
CREATE INDEX `dj_genres_by_dj` ON `dj_genres` (`dj_id`);--> statement-breakpoint
CREATE INDEX `djs_by_name` ON `djs` (`name_key`,`dj_id`);