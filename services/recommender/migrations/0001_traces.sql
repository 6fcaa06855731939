CREATE TABLE `traces` (
	`seq` bigint AUTO_INCREMENT NOT NULL,
	`recommendation_id` binary(16) NOT NULL,
	`request_id` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`model_version` varchar(32) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`variant` varchar(64) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`payload` mediumblob NOT NULL,
	CONSTRAINT `traces_seq` PRIMARY KEY(`seq`)
);
--> statement-breakpoint
CREATE INDEX `traces_by_recommendation` ON `traces` (`recommendation_id`);--> statement-breakpoint
CREATE INDEX `traces_by_request` ON `traces` (`request_id`);--> statement-breakpoint
CREATE INDEX `feedback_by_recommendation` ON `feedback` (`recommendation_id`);