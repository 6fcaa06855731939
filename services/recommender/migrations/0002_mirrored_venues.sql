CREATE TABLE `mirrored_venues` (
	`venue_id` binary(16) NOT NULL,
	`city_id` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`latitude` double,
	`longitude` double,
	CONSTRAINT `mirrored_venues_venue_id` PRIMARY KEY(`venue_id`)
);
