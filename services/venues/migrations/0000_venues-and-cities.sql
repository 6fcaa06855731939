CREATE TABLE `cities` (
	`city_id` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`name` varchar(120) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`country_code` varchar(2) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`latitude` double NOT NULL,
	`longitude` double NOT NULL,
	`time_zone` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`population` int unsigned NOT NULL,
	`content_hash` char(32) character set ascii collate ascii_bin NOT NULL,
	`search_text` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	CONSTRAINT `cities_city_id` PRIMARY KEY(`city_id`)
);
--> statement-breakpoint
CREATE TABLE `venues` (
	`venue_id` char(36) character set ascii collate ascii_bin NOT NULL,
	`name` varchar(200) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`kind` varchar(60) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`address` varchar(300) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`city_id` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`latitude` double,
	`longitude` double,
	`url` varchar(1000) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`source_name` varchar(40) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`external_id` varchar(160) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`attribution` varchar(300) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`update_ms` bigint NOT NULL,
	`content_hash` char(32) character set ascii collate ascii_bin NOT NULL,
	`name_key` varchar(600) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`search_text` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	CONSTRAINT `venues_venue_id` PRIMARY KEY(`venue_id`)
);
--> statement-breakpoint
CREATE INDEX `cities_by_population` ON `cities` (population desc,`city_id`);--> statement-breakpoint
CREATE INDEX `cities_by_country` ON `cities` (`country_code`,population desc,`city_id`);--> statement-breakpoint
CREATE INDEX `venues_by_name` ON `venues` (`name_key`,`venue_id`);--> statement-breakpoint
CREATE INDEX `venues_by_city` ON `venues` (`city_id`,`name_key`,`venue_id`);