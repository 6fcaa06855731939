CREATE TABLE `preference_counter` (
	`id` int NOT NULL,
	`value` bigint NOT NULL,
	CONSTRAINT `preference_counter_id` PRIMARY KEY(`id`)
);
--> statement-breakpoint
ALTER TABLE `users` ADD `preferences_change` bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `users_preferences_change` ON `users` (`preferences_change`);--> statement-breakpoint
-- The counter's only row.
INSERT INTO `preference_counter` (`id`, `value`) VALUES (1, 0);
