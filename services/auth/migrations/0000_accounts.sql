CREATE TABLE `log_in_failures` (
	`email_hash` binary(32) NOT NULL,
	`failures` int NOT NULL,
	`window_end_ms` bigint NOT NULL,
	CONSTRAINT `log_in_failures_email_hash` PRIMARY KEY(`email_hash`)
);
--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`session_id` binary(16) NOT NULL,
	`secret_hash` binary(32) NOT NULL,
	`expire_time_ms` bigint NOT NULL,
	`spent_time_ms` bigint,
	CONSTRAINT `refresh_tokens_session_id_secret_hash_pk` PRIMARY KEY(`session_id`,`secret_hash`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`session_id` binary(16) NOT NULL,
	`user_id` binary(16) NOT NULL,
	`expire_time_ms` bigint NOT NULL,
	CONSTRAINT `sessions_session_id` PRIMARY KEY(`session_id`)
);
--> statement-breakpoint
CREATE TABLE `users` (
	`user_id` binary(16) NOT NULL,
	`email` varchar(254) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`password_hash` varchar(255) NOT NULL,
	`display_name` varchar(80) character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`roles` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`create_time_ms` bigint NOT NULL,
	`genres` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	`dj_ids` varbinary(1600) NOT NULL,
	`city_ids` mediumtext character set utf8mb4 collate utf8mb4_bin NOT NULL,
	CONSTRAINT `users_user_id` PRIMARY KEY(`user_id`),
	CONSTRAINT `users_email` UNIQUE(`email`)
);
--> statement-breakpoint
CREATE INDEX `log_in_failures_window_end` ON `log_in_failures` (`window_end_ms`);--> statement-breakpoint
CREATE INDEX `sessions_expire` ON `sessions` (`expire_time_ms`);