<?php
// Takes the oldest comments away, as a moderator does, and adds one.
$_SERVER['HTTP_HOST'] = parse_url(getenv('SITE'), PHP_URL_HOST) . ':' . parse_url(getenv('SITE'), PHP_URL_PORT);
require getcwd() . '/wp-load.php';
$post = get_page_by_path('bridge', OBJECT, 'post')->ID;
foreach (get_comments(['post_id' => $post, 'search' => 'Words of reader 5:']) as $comment) {
    wp_trash_comment($comment->comment_ID);
}
wp_insert_comment(['comment_post_ID' => $post, 'comment_author' => 'Late Reader', 'comment_content' => 'I came late.', 'comment_approved' => 1]);
