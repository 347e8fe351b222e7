<?php
// Sets up a WordPress in the folder it is run in: an article, and comments as its tests expect them.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = parse_url(getenv('SITE'), PHP_URL_HOST) . ':' . parse_url(getenv('SITE'), PHP_URL_PORT);
require getcwd() . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Northport Times', 'editor', 'editor@times.example', true, '', 'secret');
update_option('permalink_structure', '/%postname%/');
update_option('page_comments', 1);
update_option('comments_per_page', 20);
update_option('thread_comments', 1);
$GLOBALS['wp_rewrite']->init();
$GLOBALS['wp_rewrite']->flush_rules();
$post = wp_insert_post(['post_title' => 'Bridge never inspected', 'post_name' => 'bridge', 'post_status' => 'publish', 'post_author' => 1,
    'post_date_gmt' => '2024-03-03 08:00:00', 'post_content' => file_get_contents('php://stdin'), 'comment_status' => 'open']);
$add = fn($n, $more = []) => wp_insert_comment($more + ['comment_post_ID' => $post, 'comment_author' => "Reader $n", 'comment_author_email' => "r$n@example.org",
    'comment_content' => "Words of reader $n: <a href=\"https://else.example/$n\">see</a>", 'comment_approved' => 1,
    'comment_date' => sprintf('2024-03-03 10:%02d:%02d', intdiv($n, 60), $n % 60), 'comment_date_gmt' => sprintf('2024-03-03 09:%02d:%02d', intdiv($n, 60), $n % 60)]);
$first = $add(0);
for ($n = 1; $n < (int) getenv('COMMENTS'); $n++) {
    $add($n, $n % 10 == 1 ? ['comment_parent' => $first] : []);
}
$add(900, ['comment_approved' => 0]);
$add(901, ['comment_type' => 'pingback', 'comment_author_url' => 'https://blog.example/']);
$add(902, ['user_id' => 1, 'comment_author' => 'editor']);
